/**
 * Converts "rotate-ra" to "RotateRa", because construct ids and output names contain only letters
 * and digits.
 */
export function toPascalCase(kebab: string): string {
  return kebab.replace(/(?:^|-+)(.?)/g, (_, first: string) => first.toUpperCase());
}

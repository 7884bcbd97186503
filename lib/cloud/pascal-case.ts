/**
 * "rotate-ra" becomes "RotateRa": ids of constructs and names of outputs have letters and digits
 * only.
 */
export function pascalCase(kebab: string): string {
  return kebab.replace(/(?:^|-+)(.?)/g, (_, first: string) => first.toUpperCase());
}

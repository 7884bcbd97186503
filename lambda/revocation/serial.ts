/**
 * A serial number in the one form that can be compared: lower-case hex without leading zeros. Intune gives it back in any
 * case; undefined for what is not hex, or longer than X.509's 20 octets.
 */
export function serialKeyOf(text: string): string | undefined {
  const digits = text.replaceAll(':', '').toLowerCase().replace(/^0+/, '');
  return /^[0-9a-f]{1,40}$/.test(digits) ? digits : undefined;
}

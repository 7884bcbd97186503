/**
 * A certificate's serial number as text, in one form everywhere: lower-case hex, two digits for each octet of the number. It is
 * what OpenSSL prints and what ACM PCA writes into ARNs. The INTEGER in the certificate is another form: where the high bit is set
 * it begins with an octet 00, which keeps it positive (X.690 section 8.3), and RevokeCertificate does not know such a serial.
 */

/** RFC 5280 section 4.1.2.2: at most 20 octets. */
const maxDigits = 40;

/**
 * Reads a serial number that somebody wrote: node's X509Certificate in capitals, Intune in any case, OpenSSL with colons, an
 * INTEGER with its octet 00. Undefined for text that is not hex, for zero, and for more than 20 octets.
 */
export function readSerial(text: string): string | undefined {
  const digits = text.replaceAll(':', '').toLowerCase().replace(/^0+/, '');
  if (digits.length > maxDigits || !/^[0-9a-f]+$/.test(digits)) return undefined;
  return digits.padStart(digits.length + (digits.length % 2), '0');
}

/** The same; throws `SerialUnreadable` where `readSerial` gives nothing. */
export function requireSerial(text: string): string {
  const serial = readSerial(text);
  if (serial === undefined) throw new Error('SerialUnreadable');
  return serial;
}

/** With colons, as `openssl x509 -text` prints it and as AWS's examples of RevokeCertificate have it. */
export const serialWithColons = (serial: string): string => serial.replace(/..(?=.)/g, '$&:');

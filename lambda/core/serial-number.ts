/**
 * The one text form of a certificate's serial number: lower-case hex, with two digits for each
 * octet of the number. OpenSSL prints this form, and ACM PCA writes it into ARNs. If the high bit
 * is set, the INTEGER in the certificate has a leading octet 00, which keeps it positive (X.690
 * section 8.3). RevokeCertificate does not find a serial number with that octet.
 */
import { Fault } from './errors.ts';

/** RFC 5280 section 4.1.2.2: at most 20 octets. */
const maxDigits = 40;

/**
 * Reads a serial number in any known form: in capitals (Node's X509Certificate), in any case
 * (Intune), with colons (OpenSSL), or with the octet 00 of an INTEGER. Returns undefined for text
 * that is not hex, for zero, and for more than 20 octets.
 */
export function readSerial(text: string): string | undefined {
  const digits = text.replaceAll(':', '').toLowerCase().replace(/^0+/, '');
  if (digits.length > maxDigits || !/^[0-9a-f]+$/.test(digits)) return undefined;
  return digits.padStart(digits.length + (digits.length % 2), '0');
}

/** Reads a serial number. Throws `SerialUnreadable` where `readSerial` returns undefined. */
export function requireSerial(text: string): string {
  const serial = readSerial(text);
  if (serial === undefined) throw new Fault('SerialUnreadable');
  return serial;
}

/**
 * The serial number with colons, as in `openssl x509 -text` and in AWS's examples of
 * RevokeCertificate.
 */
export const formatSerialWithColons = (serial: string): string => serial.replace(/..(?=.)/g, '$&:');

/** Which keys get certificates. */

import { readRsaNumbers } from '../asn1/public-key.ts';
import { Refusal } from '../core/errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import type { Quirks } from '../message/quirks.ts';

/** RSA modulus in bits. Shorter ones are breakable; longer ones cost every relying party's CPU. */
const bits = { minBits: 2048, maxBits: 8192 };

/**
 * Throws `Refusal` for a CSR whose key did not sign the message, unless the connector allows
 * another signer (docs/rfc8894.md Q-3: an attacker who re-wraps a sniffed envelope has another
 * key). Keys must be RSA of 2048 to 8192 bits with an odd exponent of at least 65537.
 */
export function checkKey(
  enrolment: Enrolment,
  { allowSignerKeyMismatch }: Pick<Quirks, 'allowSignerKeyMismatch'>,
): void {
  const { subjectPublicKeyInfo, signerPublicKeyInfo } = enrolment;
  if (!allowSignerKeyMismatch && Buffer.compare(subjectPublicKeyInfo, signerPublicKeyInfo) !== 0)
    throw new Refusal('SignerKeyMismatch');
  const { modulusBits = 0, exponent = 0n } = readRsaNumbers(enrolment) ?? {};
  const sized = modulusBits >= bits.minBits && modulusBits <= bits.maxBits;
  const sound = exponent >= 65537n && exponent % 2n === 1n;
  if (!sized || !sound) throw new Refusal('KeyRefused');
}

/** Checks the key of a request. */

import { readRsaNumbers } from '../asn1/public-key.ts';
import { Refusal } from '../core/errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import type { Quirks } from '../message/quirks.ts';

/** The size of an RSA key. Attackers break shorter keys, and longer ones are slow to verify. */
const bits = { minBits: 2048, maxBits: 8192 };

/**
 * Throws `Refusal('SignerKeyMismatch')` if another key than the CSR's signed the message, unless a
 * quirk allows it. An attacker who re-signs a captured envelope has another key (docs/rfc8894.md
 * Throws `Refusal('KeyRefused')` unless the key is RSA of 2048 to 8192 bits, with an odd
 * exponent of at least 65537.
 */
export function checkKey(
  enrolment: Enrolment,
  { allowSignerKeyMismatch }: Pick<Quirks, 'allowSignerKeyMismatch'>,
): void {
  const { subjectPublicKeyInfo, signerPublicKeyInfo } = enrolment;
  if (!allowSignerKeyMismatch && Buffer.compare(subjectPublicKeyInfo, signerPublicKeyInfo) !== 0)
    throw new Refusal('SignerKeyMismatch');
  const { modulusBits = 0, exponent = 0n } = readRsaNumbers(enrolment) ?? {};
  const isSizeAllowed = modulusBits >= bits.minBits && modulusBits <= bits.maxBits;
  const isExponentAllowed = exponent >= 65537n && exponent % 2n === 1n;
  if (!isSizeAllowed || !isExponentAllowed) throw new Refusal('KeyRefused');
}

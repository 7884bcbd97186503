/** Which keys get certificates. */

import { Refusal } from '../errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import type { Quirks } from '../message/quirks.ts';

/** RSA modulus in bits: below, breakable; above, every relying party's CPU pays. */
const bits = { least: 2048, most: 8192 };

/**
 * Throws `Refusal` for a CSR whose key did not sign the message (Q-3: who re-wraps a sniffed envelope has another key),
 * unless the connector lets another sign, and for keys that are not RSA of 2048 to 8192 bits with an odd exponent from 65537 up.
 */
export function checkKey(enrolment: Enrolment, { otherSigner }: Pick<Quirks, 'otherSigner'>): void {
  const { subjectPublicKeyInfo, signerPublicKeyInfo, publicKey } = enrolment;
  if (!otherSigner && Buffer.compare(subjectPublicKeyInfo, signerPublicKeyInfo) !== 0)
    throw new Refusal('SignerKeyMismatch');
  const { modulusLength = 0, publicExponent = 0n } = publicKey.asymmetricKeyDetails ?? {};
  const sized = modulusLength >= bits.least && modulusLength <= bits.most;
  const sound = publicExponent >= 65537n && publicExponent % 2n === 1n;
  if (publicKey.asymmetricKeyType !== 'rsa' || !sized || !sound) throw new Refusal('KeyRefused');
}

/**
 * Opens the envelope without an oracle (docs/security.md#oracles). Anyone can send a captured
 * envelope with changes and observe the answer. So every fault between the RSA decryption and the
 * CSR's self-signature ends in one refusal, on one path. A key of the wrong length stays on this
 * path, because a substitute key replaces it.
 *
 * pkijs's `EnvelopedData.decrypt` is an oracle. It has three different errors for a wrong key
 * length, bad CBC padding and bad content.
 */
import { createDecipheriv, createHmac, createSecretKey, privateDecrypt, verify } from 'node:crypto';
import type { PublicKey } from '../asn1/public-key.ts';
import { Refusal } from '../core/errors.ts';
import { type CertificationRequest, readCertificationRequest } from './certification-request.ts';
import type { Envelope } from './envelope.ts';
import { readIfWellFormed } from './malformed.ts';
import type { RaIdentity } from './ra-identity.ts';
import { createRsaKey } from './rsa-key.ts';
import { isSelfSigned } from './self-signature.ts';

/**
 * Opens the envelope and reads the CSR in it. Throws `Refusal('EnvelopeRefused')` for every fault.
 * `signer` is the key of the message's signer, which is usually the CSR's key as well.
 */
export function openCertificationRequest(
  envelope: Envelope,
  signer?: PublicKey,
): CertificationRequest {
  const plaintext = decryptContent(envelope, decryptContentKey(envelope));
  const { body, isPadded } = removePadding(plaintext, envelope.cipher.blockLength);
  const request = readIfWellFormed(() => readCertificationRequest(body, signer));
  const isSigned = request && isSelfSigned(request);
  if (isSigned === undefined) verifyForTiming(envelope.recipient);
  if (!isPadded || request === undefined || !isSigned) throw new Refusal('EnvelopeRefused');
  return request;
}

/**
 * The content key if it has the length that the cipher requires, the substitute key for every other
 * result of the decryption.
 */
function decryptContentKey({ recipient, encryptedKey, transport, cipher }: Envelope): Uint8Array {
  const substitute = deriveSubstituteKey(recipient, encryptedKey, cipher.keyLength);
  try {
    const key = privateDecrypt(createRsaKey(transport, recipient.privateKey), encryptedKey);
    return key.length === cipher.keyLength ? key : substitute;
  } catch {
    // OAEP reports failures. PKCS#1 v1.5 reports only ciphertexts that are too long or not below
    // the modulus, because OpenSSL replaces all others by implicit rejection.
    return substitute;
  }
}

/**
 * Derives the substitute key. It depends only on the ciphertext and the RA key, so the same
 * envelope gets the same answer twice. It is computed for good envelopes as well, so that both take
 * the same time. Its length is 32 octets at most, which no cipher exceeds. (HKDF computes three
 * HMACs, and takes 6 us longer.)
 */
const deriveSubstituteKey = (
  recipient: RaIdentity,
  encryptedKey: Uint8Array,
  length: number,
): Uint8Array =>
  createHmac('sha256', recipient.rejectionSecret)
    .update('content key')
    .update(encryptedKey)
    .digest()
    .subarray(0, length);

/**
 * Decrypts without OpenSSL's padding check, so that no key makes it throw. The lengths of the IV
 * and of the ciphertext were checked before (envelope.ts).
 */
function decryptContent({ cipher, iv, ciphertext }: Envelope, key: Uint8Array): Uint8Array {
  // As a KeyObject, because Node takes 12 us longer to recognise a plain array (measured).
  const decipher = createDecipheriv(cipher.nodeName, createSecretKey(key), iv);
  decipher.setAutoPadding(false);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

/**
 * Removes the CBC padding. It reads every octet of the last block for any value of the last octet.
 * A body with bad padding is returned whole, and its CSR is read like any other.
 */
function removePadding(
  plaintext: Uint8Array,
  blockLength: number,
): { readonly body: Uint8Array; readonly isPadded: boolean } {
  const length = plaintext.at(-1) ?? 0;
  let differences = length < 1 || length > blockLength ? 1 : 0;
  for (let at = 1; at <= blockLength; at += 1)
    differences |= at <= length ? (plaintext.at(-at) ?? 0) ^ length : 0;
  const isPadded = differences === 0;
  return {
    body: isPadded ? plaintext.subarray(0, plaintext.length - length) : plaintext,
    isPadded,
  };
}

/**
 * Spends the time of one RSA verification if none was run on the CSR. Differences of microseconds
 * remain: the part of the content that was read, and the slower verification of other kinds of
 * keys. An attacker sees such a key only by changing a captured envelope, which the replay guard
 * refuses.
 */
function verifyForTiming({ certificate, privateKey }: RaIdentity): void {
  const length = (privateKey.asymmetricKeyDetails?.modulusLength ?? 2048) / 8;
  verify(
    'sha256',
    certificate.serial,
    { key: Buffer.from(certificate.subjectPublicKeyInfo), format: 'der', type: 'spki' },
    new Uint8Array(length).fill(1),
  );
}

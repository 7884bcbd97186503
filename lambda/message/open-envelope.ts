/**
 * Opens the envelope without an oracle (docs/security.md#oracles). Anyone can send a captured
 * envelope with changes and observe the answer. So every fault between the RSA decryption and the
 * CSR's self-signature ends in one refusal, on one path: a key of the wrong length is replaced by a
 * substitute, and the work goes on.
 *
 * pkijs's `EnvelopedData.decrypt` has three different errors for a wrong key length, bad CBC
 * padding and bad content.
 */
import { createDecipheriv, createHmac, createSecretKey, privateDecrypt, verify } from 'node:crypto';
import type { PublicKey } from '../asn1/public-key.ts';
import { Malformed } from '../asn1/read.ts';
import { Refusal } from '../core/errors.ts';
import { type CertificationRequest, readCertificationRequest } from './certification-request.ts';
import type { Envelope } from './envelope.ts';
import type { RaIdentity } from './ra-identity.ts';
import { createRsaKey } from './rsa-key.ts';
import { isSelfSigned } from './self-signature.ts';

/**
 * Opens the envelope and reads the CSR in it; throws `Refusal('EnvelopeRefused')` and nothing else,
 * whatever is wrong.
 */
export function openCertificationRequest(
  envelope: Envelope,
  signer?: PublicKey,
): CertificationRequest {
  const { body, padded } = unpad(
    decrypt(envelope, contentKey(envelope)),
    envelope.cipher.blockLength,
  );
  const request = readOrUndefined(body, signer);
  const holds = request && isSelfSigned(request);
  if (holds === undefined) spendOneVerification(envelope.recipient);
  if (!padded || request === undefined || !holds) throw new Refusal('EnvelopeRefused');
  return request;
}

/**
 * The recipient's key if it has the length that the cipher's OID dictates, the substitute if it has
 * any other.
 */
function contentKey({ recipient, encryptedKey, transport, cipher }: Envelope): Uint8Array {
  const substitute = substituteKey(recipient, encryptedKey, cipher.keyLength);
  try {
    const key = privateDecrypt(createRsaKey(transport, recipient.privateKey), encryptedKey);
    return key.length === cipher.keyLength ? key : substitute;
  } catch {
    // OAEP failures, and ciphertexts longer or larger than the modulus, which PKCS#1 v1.5 does not
    // reject implicitly.
    return substitute;
  }
}

/**
 * Deterministic, so that the same ciphertext is answered the same way twice; computed for every
 * request. No cipher's key is longer than the digest. (HKDF, which is three of them, takes 6 us
 * longer.)
 */
const substituteKey = (
  recipient: RaIdentity,
  encryptedKey: Uint8Array,
  length: number,
): Uint8Array =>
  createHmac('sha256', recipient.rejectionSecret)
    .update('content key')
    .update(encryptedKey)
    .digest()
    .subarray(0, length);

/** Without auto padding OpenSSL has nothing to complain of: lengths were checked in the open. */
function decrypt({ cipher, iv, ciphertext }: Envelope, key: Uint8Array): Uint8Array {
  // A KeyObject: Node takes 12 us longer to find out that octets are none (measured).
  const decipher = createDecipheriv(cipher.nodeName, createSecretKey(key), iv);
  decipher.setAutoPadding(false);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}

/**
 * Looks at the whole last block whatever it holds; a body with bad padding goes on, padding and
 * all.
 */
function unpad(plaintext: Uint8Array, blockLength: number): { body: Uint8Array; padded: boolean } {
  const length = plaintext.at(-1) ?? 0;
  let wrong = length < 1 || length > blockLength ? 1 : 0;
  for (let at = 1; at <= blockLength; at += 1)
    wrong |= at <= length ? (plaintext.at(-at) ?? 0) ^ length : 0;
  const padded = wrong === 0;
  return { body: padded ? plaintext.subarray(0, plaintext.length - length) : plaintext, padded };
}

function readOrUndefined(body: Uint8Array, signer?: PublicKey): CertificationRequest | undefined {
  try {
    return readCertificationRequest(body, signer);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

/**
 * What the genuine path spends on the signature of an RSA key. Differences of microseconds remain:
 * what was read of the content, and a key of another kind, whose verification takes longer. To see
 * such a key a stranger has to change an envelope of somebody else, and the replay guard refuses
 * it.
 */
function spendOneVerification({ certificate, privateKey }: RaIdentity): void {
  const length = (privateKey.asymmetricKeyDetails?.modulusLength ?? 2048) / 8;
  verify(
    'sha256',
    certificate.serial,
    { key: Buffer.from(certificate.subjectPublicKeyInfo), format: 'der', type: 'spki' },
    new Uint8Array(length).fill(1),
  );
}

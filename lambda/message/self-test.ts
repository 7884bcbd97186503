/**
 * Design decision 8: a runtime whose OpenSSL rejects bad PKCS#1 v1.5 padding aloud is a Bleichenbacher oracle, and
 * Node cannot promise which OpenSSL it runs on. Tried at cold start, before the first envelope is opened.
 */
import { constants, privateDecrypt, publicEncrypt } from 'node:crypto';
import type { RaIdentity } from './ra-identity.ts';

/** This runtime must not open envelopes: it would answer differently for good and bad padding. */
export class UnsafeRuntime extends Error {
  override readonly name = 'UnsafeRuntime';
}

/** Three ciphertexts of no valid padding must decrypt to something, twice the same; a good one to itself. */
export function assertImplicitRejection({ privateKey, certificate }: RaIdentity): void {
  const key = { key: privateKey, padding: constants.RSA_PKCS1_PADDING };
  const publicKey = {
    key: Buffer.from(certificate.subjectPublicKeyInfo),
    format: 'der' as const,
    type: 'spki' as const,
    padding: constants.RSA_PKCS1_PADDING,
  };
  const length = (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  try {
    const secret = Buffer.alloc(16, 7);
    if (!privateDecrypt(key, publicEncrypt(publicKey, secret)).equals(secret))
      throw new UnsafeRuntime('PKCS#1 v1.5 does not round-trip');
    for (const filler of [1, 2, 3]) {
      const malformed = Buffer.alloc(length, filler);
      if (!privateDecrypt(key, malformed).equals(privateDecrypt(key, malformed)))
        throw new UnsafeRuntime('implicit rejection is not repeatable');
    }
  } catch (error) {
    if (error instanceof UnsafeRuntime) throw error;
    throw new UnsafeRuntime('no implicit rejection in this OpenSSL', { cause: error });
  }
}

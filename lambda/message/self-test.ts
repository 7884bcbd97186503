/**
 * Tests the runtime at cold start, before the first envelope is opened. An OpenSSL that reports
 * PKCS#1 v1.5 padding errors is a Bleichenbacher oracle (docs/security.md#oracles), and a bundle
 * does not choose its OpenSSL.
 */
import { privateDecrypt, publicEncrypt } from 'node:crypto';
import { createPublicKeyFromDer } from '../asn1/public-key.ts';
import { Fault } from '../core/errors.ts';
import type { RaIdentity } from './ra-identity.ts';
import { createRsaKey } from './rsa-key.ts';

/** The transport of most envelopes, and the only one with an oracle. */
const transport = { scheme: 'pkcs1' } as const;

/**
 * Decrypts a good ciphertext, which must give its plaintext, and two with bad padding, which must
 * give no error. The first of these two must give the same octets twice. (Random padding is valid
 * once in 2^16, so for both once in 2^32.) Throws `UnsafeRuntime` otherwise. Such a runtime must
 * not open envelopes, because it answers good and bad padding differently.
 */
export function assertImplicitRejection({ privateKey, certificate }: RaIdentity): void {
  const key = createRsaKey(transport, privateKey);
  const publicKey = createRsaKey(
    transport,
    createPublicKeyFromDer(certificate.subjectPublicKeyInfo),
  );
  const length = (privateKey.asymmetricKeyDetails?.modulusLength ?? 0) / 8;
  try {
    const secret = Buffer.alloc(16, 7);
    if (!privateDecrypt(key, publicEncrypt(publicKey, secret)).equals(secret))
      throw new Fault('UnsafeRuntime', 'PKCS#1 v1.5 does not round-trip');
    const [first, again] = [1, 1, 2].map((filler) =>
      privateDecrypt(key, Buffer.alloc(length, filler)),
    );
    if (first === undefined || again === undefined || !first.equals(again))
      throw new Fault('UnsafeRuntime', 'implicit rejection is not repeatable');
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault('UnsafeRuntime', 'no implicit rejection in this OpenSSL');
  }
}

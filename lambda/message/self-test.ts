/**
 * The test of the runtime at cold start, before the first envelope is opened. An OpenSSL that
 * reports PKCS#1 v1.5 padding errors is a Bleichenbacher oracle (docs/security.md#oracles), and a
 * bundle does not choose its OpenSSL.
 */
import { privateDecrypt, publicEncrypt } from 'node:crypto';
import { createPublicKeyFromDer } from '../asn1/public-key.ts';
import { Fault } from '../core/errors.ts';
import type { RaIdentity } from './ra-identity.ts';
import { createRsaKey } from './rsa-key.ts';

/** As envelopes and replies use it. */
const transport = { scheme: 'pkcs1' } as const;

/**
 * Two ciphertexts without valid padding must decrypt to something, the first one twice to the same;
 * a good one to itself. (Padding holds by chance once in 2^16, for both once in 2^32.) Throws
 * `UnsafeRuntime` otherwise: such a runtime answers good and bad padding differently, so it must
 * not open envelopes.
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

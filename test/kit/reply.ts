import { X509Certificate } from 'node:crypto';
import * as pkijs from 'pkijs';
import { type CertRep, parseCertRep } from '../../lib/client/cert-rep.ts';
import { arrayBuffer } from '../../lib/client/engine.ts';
import type { Identity } from '../../lib/client/identity.ts';
import type { BuiltMessage } from './pkcs-req.ts';
import type { TestRa } from './test-ra.ts';

/**
 * Reads the answer to a message of the kit as strictly as our client does: throws a ScepClientError
 * for everything that RFC 8894 does not allow. `allowLegacy` reads SHA-1 and 3DES replies too.
 */
export function readReply(
  bytes: Uint8Array,
  request: BuiltMessage,
  ra: Pick<TestRa, 'raCertificate'>,
  allowLegacy = false,
): CertRep {
  const identity = identityOf(request);
  const { transactionId, senderNonce } = request;
  const signers = [new X509Certificate(ra.raCertificate)];
  return parseCertRep(bytes, { identity, transactionId, senderNonce, signers, allowLegacy })
    .certRep;
}

/** The identity that lib/client would have for a message of the kit. */
export function identityOf({ key, signerCertificate }: BuiltMessage): Identity {
  const certificate = pkijs.Certificate.fromBER(arrayBuffer(signerCertificate));
  return { key: key.privateKey, certificate };
}

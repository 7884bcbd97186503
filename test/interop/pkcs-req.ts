/** The bytes of a PKCSReq, for tests that send them in unusual ways. */
import { getCaCert } from '../../lib/scep-client/ca-certificates.ts';
import { type CertRep, parseCertRep } from '../../lib/scep-client/cert-rep.ts';
import {
  buildCertificationRequest,
  deriveTransactionId,
} from '../../lib/scep-client/certification-request.ts';
import { createSelfSignedIdentity, generateKey } from '../../lib/scep-client/identity.ts';
import { buildPkcsReq } from '../../lib/scep-client/request-message.ts';
import { parseSubject } from '../../lib/scep-client/subject.ts';
import type { StackFacts } from './stack.ts';

/** A PKCSReq, and the reader of its reply. */
export interface PkcsReq {
  readonly bytes: Uint8Array;
  /** Reads a reply to this message. Throws for any other data. */
  readonly read: (reply: Uint8Array) => CertRep;
}

/** Creates a PKCSReq with a new key and the stack's challenge. */
export const pkcsReqFor = async (facts: StackFacts): Promise<PkcsReq> => {
  const ca = await getCaCert({ url: new URL(facts.scepUrl) }, facts.caFingerprintSha256);
  const key = await generateKey(2048);
  const subject = 'CN=by hand';
  const { challengePassword } = facts;
  const certificationRequest = await buildCertificationRequest(key, { subject, challengePassword });
  const identity = await createSelfSignedIdentity(key, parseSubject(subject));
  const transactionId = deriveTransactionId(certificationRequest);
  const encryption = { cipher: 'aes128', oaep: false } as const;
  const correspondence = { identity, recipient: ca.recipient, transactionId, encryption };
  const { bytes, senderNonce } = await buildPkcsReq(correspondence, certificationRequest);
  const expected = { identity, transactionId, senderNonce, signers: ca.signers };
  return { bytes, read: (reply) => parseCertRep(reply, expected).certRep };
};

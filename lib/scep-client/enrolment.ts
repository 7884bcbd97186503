import type { X509Certificate } from 'node:crypto';
import { type CaCertificates, findIssuers, getCaCert } from './ca-certificates.ts';
import {
  type Capabilities,
  getCaCaps,
  requireModernAlgorithms,
  sendPkiOperation,
} from './capabilities.ts';
import { type CertRep, parseCertRep } from './cert-rep.ts';
import { deriveTransactionId, readCertificationRequest } from './certification-request.ts';
import { ScepClientError } from './errors.ts';
import type { FailInfo } from './fail-info.ts';
import type { ScepServer } from './http.ts';
import type { Identity } from './identity.ts';
import type { Encryption, RequestMessage } from './request-message.ts';
import { buildCertPoll, buildPkcsReq, type Correspondence } from './request-message.ts';
import { type Progress, type RetryPolicy, waitBeforeRetry, withRetry } from './retry.ts';

/** What an enrolment needs to know. */
export interface EnrolmentOptions {
  readonly server: ScepServer;
  readonly identity: Identity;
  /** The PKCS#10 request in DER. The same one again gives the same certificate. */
  readonly certificationRequest: Uint8Array;
  readonly encryption: Encryption;
  /** SHA-256 of the CA's certificate in hex; without it the first answer is trusted. */
  readonly caFingerprint?: string | undefined;
  readonly pollIntervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly onProgress?: (progress: Progress) => void;
}

/** How an enrolment ended, if it ended with the CA's answer. */
export type Enrolled =
  | {
      readonly status: 'SUCCESS';
      readonly transactionId: string;
      readonly certificate: X509Certificate;
      /** The CA certificates above it, issuing CA first. */
      readonly chain: readonly X509Certificate[];
    }
  | {
      readonly status: 'FAILURE';
      readonly transactionId: string;
      readonly failInfo: FailInfo;
      readonly failInfoText: string | undefined;
    };

/**
 * Gets a certificate: capabilities, CA certificates, PKCSReq, and CertPolls while it is pending. An
 * outage (HTTP 503 and its kin) is waited out within the timeout; throws ScepClientError otherwise.
 */
export async function enrol(options: EnrolmentOptions): Promise<Enrolled> {
  const { server, onProgress = () => {} } = options;
  const patience: RetryPolicy = { ...options, onProgress, startedAt: Date.now() };
  const capabilities = await withRetry(patience, () => getCaCaps(server));
  requireModernAlgorithms(capabilities);
  const ca = await withRetry(patience, () => getCaCert(server, options.caFingerprint));
  onProgress({ kind: 'ca', fingerprint: ca.fingerprint, pinned: Boolean(options.caFingerprint) });
  const transactionId = deriveTransactionId(options.certificationRequest);
  const { identity, encryption } = options;
  const correspondence = { identity, recipient: ca.recipient, transactionId, encryption };
  const certRep = await converse(options, { patience, capabilities, ca, correspondence });
  if (certRep.status === 'FAILURE') return { ...certRep, transactionId };
  const { certificate, others } = certRep;
  const chain = findIssuers(certificate, [...ca.chain, ...others]);
  if (!chain.some((issuer) => ca.chain.includes(issuer))) {
    const message = 'The certificate is not issued by the CA that GetCACert gave.';
    throw new ScepClientError('wrongCertificate', message);
  }
  return { status: 'SUCCESS', transactionId, certificate, chain };
}

interface Conversation {
  readonly patience: RetryPolicy;
  readonly capabilities: Capabilities;
  readonly ca: CaCertificates;
  readonly correspondence: Correspondence;
}

/**
 * PKCSReq, then CertPoll until the answer is final. Every message is built anew, with its own
 * nonce.
 */
async function converse(
  { server, certificationRequest }: EnrolmentOptions,
  { patience, capabilities, ca, correspondence }: Conversation,
): Promise<Exclude<CertRep, { status: 'PENDING' }>> {
  const knownNonces: Uint8Array[] = [];
  const ask = async (build: () => Promise<RequestMessage>): Promise<CertRep> => {
    const { bytes, transactionId, senderNonce } = await build();
    const reply = await sendPkiOperation(server, capabilities, bytes);
    const { identity } = correspondence;
    const expected = { identity, transactionId, senderNonce, signers: ca.signers, knownNonces };
    const checked = parseCertRep(reply, expected);
    knownNonces.push(checked.senderNonce);
    return checked.certRep;
  };
  const { subject } = readCertificationRequest(certificationRequest, correspondence.identity.key);
  const names = { issuer: ca.chain[0], subject };
  const contacted = { ...patience, contacted: true };
  let certRep = await withRetry(contacted, () =>
    ask(() => buildPkcsReq(correspondence, certificationRequest)),
  );
  while (certRep.status === 'PENDING') {
    await waitBeforeRetry(contacted);
    certRep = await withRetry(contacted, () => ask(() => buildCertPoll(correspondence, names)));
  }
  return certRep;
}

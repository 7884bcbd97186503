/** One enrolment, from GetCACaps to the certificate. */
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
import { buildCertPoll, buildPkcsReq, type Transaction } from './request-message.ts';
import { type Progress, type RetryPolicy, waitBeforeRetry, withRetry } from './retry.ts';

/** The input of an enrolment. */
export interface EnrolmentOptions {
  readonly server: ScepServer;
  readonly identity: Identity;
  /** The PKCS#10 request in DER. A repeated request gets the same certificate. */
  readonly certificationRequest: Uint8Array;
  readonly encryption: Encryption;
  /** SHA-256 of the CA's certificate in hex. Without it, the first answer is trusted. */
  readonly caFingerprint?: string | undefined;
  readonly pollIntervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly onProgress?: (progress: Progress) => void;
}

/** The final answer of the CA. */
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
 * Enrols for a certificate with GetCACaps, GetCACert, PKCSReq and, while it is pending, CertPoll.
 * Retries during an outage (such as HTTP 503) until the timeout. Throws `ScepClientError` if the CA
 * gives no final answer, and `wrongCertificate` if another CA issued the certificate.
 */
export async function enrol(options: EnrolmentOptions): Promise<Enrolled> {
  const { server, onProgress = () => {} } = options;
  const retryPolicy: RetryPolicy = { ...options, onProgress, startedAt: Date.now() };
  const capabilities = await withRetry(retryPolicy, () => getCaCaps(server));
  requireModernAlgorithms(capabilities);
  const ca = await withRetry(retryPolicy, () => getCaCert(server, options.caFingerprint));
  onProgress({ kind: 'ca', fingerprint: ca.fingerprint, pinned: Boolean(options.caFingerprint) });
  const transactionId = deriveTransactionId(options.certificationRequest);
  const { identity, encryption } = options;
  const transaction = { identity, recipient: ca.recipient, transactionId, encryption };
  const certRep = await requestAndPoll(options, { retryPolicy, capabilities, ca, transaction });
  if (certRep.status === 'FAILURE') return { ...certRep, transactionId };
  const { certificate, others } = certRep;
  const chain = findIssuers(certificate, [...ca.chain, ...others]);
  if (!chain.some((issuer) => ca.chain.includes(issuer))) {
    const message = 'The certificate was not issued by the CA of GetCACert.';
    throw new ScepClientError('wrongCertificate', message);
  }
  return { status: 'SUCCESS', transactionId, certificate, chain };
}

interface ExchangeContext {
  readonly retryPolicy: RetryPolicy;
  readonly capabilities: Capabilities;
  readonly ca: CaCertificates;
  readonly transaction: Transaction;
}

/**
 * Sends the PKCSReq, then CertPolls until the answer is final. Every message is new and has its own
 * nonce.
 */
async function requestAndPoll(
  { server, certificationRequest }: EnrolmentOptions,
  { retryPolicy, capabilities, ca, transaction }: ExchangeContext,
): Promise<Exclude<CertRep, { status: 'PENDING' }>> {
  const knownNonces: Uint8Array[] = [];
  const exchange = async (build: () => Promise<RequestMessage>): Promise<CertRep> => {
    const { bytes, transactionId, senderNonce } = await build();
    const reply = await sendPkiOperation(server, capabilities, bytes);
    const { identity } = transaction;
    const expected = { identity, transactionId, senderNonce, signers: ca.signers, knownNonces };
    const checked = parseCertRep(reply, expected);
    knownNonces.push(checked.senderNonce);
    return checked.certRep;
  };
  const { subject } = readCertificationRequest(certificationRequest, transaction.identity.key);
  const names = { issuer: ca.chain[0], subject };
  const reachable = { ...retryPolicy, hasAnswered: true };
  let certRep = await withRetry(reachable, () =>
    exchange(() => buildPkcsReq(transaction, certificationRequest)),
  );
  while (certRep.status === 'PENDING') {
    await waitBeforeRetry(reachable);
    certRep = await withRetry(reachable, () => exchange(() => buildCertPoll(transaction, names)));
  }
  return certRep;
}

import { randomBytes } from 'node:crypto';
import { buildEnvelope, type EnvelopeOptions } from './envelope.ts';
import { oids } from './oids.ts';
import type { Recipient } from './recipient.ts';
import {
  cmsAttributes,
  type EditAttributes,
  nonceAttribute,
  textAttribute,
} from './signed-attributes.ts';
import {
  buildSignedData,
  certificateBag,
  type SignedDataOptions,
  type Signer,
} from './signed-data.ts';
import type { TestRa } from './test-ra.ts';

/** What a CertRep has to know of the request that it answers. */
interface Answered {
  readonly transactionId: string;
  readonly senderNonce: Uint8Array;
  readonly signerCertificate: Uint8Array;
}

/** A CertRep, right or wrong. SUCCESS when certificates are given, otherwise PENDING. */
export interface CertRepOptions {
  readonly ra: Pick<TestRa, 'raCertificate' | 'raKey'>;
  readonly request: Answered;
  /** What goes into the envelope, leaf first. */
  readonly certificates?: readonly Uint8Array[];
  readonly failInfo?: string;
  /** The sentence of a FAILURE. */
  readonly failInfoText?: string;
  readonly pkiStatus?: string;
  /** Edits the signed attributes. */
  readonly attributes?: EditAttributes;
  readonly recipient?: Partial<Recipient>;
  readonly envelope?: Partial<EnvelopeOptions>;
  readonly signer?: Partial<Signer>;
  readonly signedData?: Partial<SignedDataOptions>;
}

/** A server's reply, to test readers with: valid by default, or wrong in exactly one chosen way. */
export function certRep(options: CertRepOptions): Uint8Array {
  const { ra, request, failInfo, failInfoText } = options;
  const content = options.signedData && 'content' in options.signedData;
  const envelope = content ? options.signedData?.content : successContent(options);
  const pkiStatus = options.pkiStatus ?? (failInfo ? '2' : options.certificates ? '0' : '3');
  const digest = options.signer?.digest ?? 'sha256';
  const standard = [
    ...cmsAttributes(oids.data, envelope ?? new Uint8Array(), digest),
    textAttribute('messageType', '3'),
    textAttribute('pkiStatus', pkiStatus),
    ...(failInfo ? [textAttribute('failInfo', failInfo)] : []),
    ...(failInfoText ? [textAttribute('failInfoText', failInfoText, 'utf8')] : []),
    textAttribute('transactionId', request.transactionId),
    nonceAttribute('senderNonce', new Uint8Array(randomBytes(16))),
    nonceAttribute('recipientNonce', request.senderNonce),
  ];
  const attributes = options.attributes?.(standard) ?? standard;
  const signer = { key: ra.raKey, certificate: ra.raCertificate, attributes, ...options.signer };
  return buildSignedData({
    content: envelope,
    certificates: [ra.raCertificate],
    signers: [signer],
    ...options.signedData,
  });
}

function successContent(options: CertRepOptions): Uint8Array | undefined {
  if (!options.certificates) return undefined;
  const recipient = { certificate: options.request.signerCertificate, ...options.recipient };
  const content = certificateBag(...options.certificates);
  return buildEnvelope({ content, recipients: [recipient], ...options.envelope });
}

import type { X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import { openEnvelope } from './envelope.ts';
import { readFromServer, ScepClientError } from './errors.ts';
import { type FailInfo, failInfos } from './fail-info.ts';
import type { Identity } from './identity.ts';
import { readIssuedCertificates } from './issued-certificates.ts';
import { oids } from './oids.ts';
import { type SignedReply, verifySignedReply } from './signed-reply.ts';

/** The server's answer to a PKCSReq or a CertPoll. */
export type CertRep =
  | {
      readonly status: 'SUCCESS';
      readonly certificate: X509Certificate;
      /** What came with it: CA certificates, if any. */
      readonly others: readonly X509Certificate[];
    }
  | {
      readonly status: 'FAILURE';
      readonly failInfo: FailInfo;
      readonly failInfoText: string | undefined;
    }
  | { readonly status: 'PENDING' };

/** What a reply has to fit. */
export interface ExpectedReply {
  readonly identity: Identity;
  readonly transactionId: string;
  /** The senderNonce of the message that is being answered. */
  readonly senderNonce: Uint8Array;
  /** Certificates of GetCACert that may sign. */
  readonly signers: readonly X509Certificate[];
  /** Nonces of earlier replies: one that comes again is a replay. */
  readonly knownNonces?: readonly Uint8Array[];
  /** Reads SHA-1 and 3DES replies too. */
  readonly allowLegacy?: boolean;
}

/** A reply that passed every check, and its nonce. */
export interface CheckedReply {
  readonly certRep: CertRep;
  readonly senderNonce: Uint8Array;
}

/**
 * Reads a CertRep as RFC 8894 3.2 and 3.3.2 demand it, in BER or DER. Refuses what is not signed by
 * the RA, of another transaction, replayed, or outside the tables of pkiStatus and failInfo.
 */
export function parseCertRep(bytes: Uint8Array, expected: ExpectedReply): CheckedReply {
  return readFromServer('The reply', () => checkReply(bytes, expected));
}

function checkReply(bytes: Uint8Array, expected: ExpectedReply): CheckedReply {
  const reply = verifySignedReply(bytes, expected.signers, expected.allowLegacy);
  if (text(reply, 'messageType') !== '3') throw malformed('The reply is not a CertRep (3).');
  if (text(reply, 'transactionId') !== expected.transactionId) {
    throw untrusted('The reply belongs to another transactionID.');
  }
  if (!equal(nonce(reply, 'recipientNonce'), expected.senderNonce)) {
    throw untrusted('The reply’s recipientNonce is not the nonce that was sent.');
  }
  const senderNonce = nonce(reply, 'senderNonce');
  const used = [expected.senderNonce, ...(expected.knownNonces ?? [])];
  if (senderNonce.length !== 16 || used.some((one) => equal(one, senderNonce))) {
    throw untrusted('The reply’s senderNonce is not 16 fresh bytes (RFC 8894 3.2.1.5).');
  }
  return { certRep: readStatus(reply, expected), senderNonce };
}

function readStatus(reply: SignedReply, expected: ExpectedReply): CertRep {
  const pkiStatus = text(reply, 'pkiStatus');
  // What a FAILURE or PENDING has as content is left alone: NDES sends one octet, others none.
  if (pkiStatus !== '2' && reply.attributes.has(oids.failInfo)) {
    throw malformed('The reply has a failInfo but is no FAILURE.');
  }
  switch (pkiStatus) {
    case '0':
      return { status: 'SUCCESS', ...openSuccess(reply, expected) };
    case '2':
      return { status: 'FAILURE', ...readFailure(reply) };
    case '3':
      return { status: 'PENDING' };
    default:
      throw malformed(`The reply’s pkiStatus “${pkiStatus}” is not defined.`);
  }
}

function openSuccess(reply: SignedReply, { identity, allowLegacy }: ExpectedReply) {
  if (!reply.content?.length) throw malformed('The SUCCESS reply has no envelope.');
  return readIssuedCertificates(openEnvelope(reply.content, identity, allowLegacy), identity.key);
}

function readFailure(reply: SignedReply) {
  const value = text(reply, 'failInfo');
  const failInfo = failInfos.get(value);
  if (!failInfo) throw malformed(`The reply’s failInfo “${value}” is not defined.`);
  const explanation = reply.attributes.get(oids.failInfoText);
  const isText = explanation instanceof asn1js.Utf8String;
  return { failInfo, failInfoText: isText ? explanation.getValue() : undefined };
}

function text(
  reply: SignedReply,
  name: 'messageType' | 'pkiStatus' | 'failInfo' | 'transactionId',
) {
  const value = reply.attributes.get(oids[name]);
  if (value instanceof asn1js.PrintableString) return value.getValue();
  throw malformed(`The reply’s ${name} is missing or not a PrintableString.`);
}

function nonce(reply: SignedReply, name: 'senderNonce' | 'recipientNonce'): Uint8Array {
  const value = reply.attributes.get(oids[name]);
  if (value instanceof asn1js.OctetString) return new Uint8Array(value.getValue());
  throw malformed(`The reply’s ${name} is missing or not an OCTET STRING.`);
}

const equal = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

function malformed(message: string): ScepClientError {
  return new ScepClientError('malformedReply', message);
}

function untrusted(message: string): ScepClientError {
  return new ScepClientError('untrustedReply', message);
}

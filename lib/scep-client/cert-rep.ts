/** Reads and checks a CertRep, the reply to a PKCSReq or a CertPoll. */
import type { X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import { openEnvelope } from './envelope.ts';
import { readFromServer, ScepClientError } from './errors.ts';
import { type FailInfo, failInfos } from './fail-info.ts';
import type { Identity } from './identity.ts';
import { readIssuedCertificates } from './issued-certificates.ts';
import { oids } from './oids.ts';
import { type SignedReply, verifySignedReply } from './signed-reply.ts';

/** The content of a CertRep. */
export type CertRep =
  | {
      readonly status: 'SUCCESS';
      readonly certificate: X509Certificate;
      /** The further certificates in the reply, such as CA certificates. */
      readonly others: readonly X509Certificate[];
    }
  | {
      readonly status: 'FAILURE';
      readonly failInfo: FailInfo;
      readonly failInfoText: string | undefined;
    }
  | { readonly status: 'PENDING' };

/** The values with which a reply is checked. */
export interface ExpectedReply {
  readonly identity: Identity;
  readonly transactionId: string;
  /** The senderNonce of the request. */
  readonly senderNonce: Uint8Array;
  /** The certificates of GetCACert whose keys can sign replies. */
  readonly signers: readonly X509Certificate[];
  /** The senderNonces of earlier replies. A repeated one is a replay. */
  readonly knownNonces?: readonly Uint8Array[];
  /** Also accepts replies with SHA-1 and 3DES. */
  readonly allowLegacy?: boolean;
}

/** A checked reply, and its senderNonce. */
export interface CheckedReply {
  readonly certRep: CertRep;
  readonly senderNonce: Uint8Array;
}

/**
 * Reads a CertRep in BER or DER and checks it as RFC 8894 3.2 and 3.3.2 require. Throws
 * `untrustedReply` for a reply that the RA did not sign, of another transaction or with a used
 * nonce. Throws `malformedReply` for other deviations.
 */
export function parseCertRep(bytes: Uint8Array, expected: ExpectedReply): CheckedReply {
  return readFromServer('The reply', () => checkReply(bytes, expected));
}

function checkReply(bytes: Uint8Array, expected: ExpectedReply): CheckedReply {
  const reply = verifySignedReply(bytes, expected.signers, expected.allowLegacy);
  if (readText(reply, 'messageType') !== '3')
    throw createMalformed('The reply is not a CertRep (3).');
  if (readText(reply, 'transactionId') !== expected.transactionId) {
    throw createUntrusted('The reply has another transactionID than the request.');
  }
  if (!isEqual(readNonce(reply, 'recipientNonce'), expected.senderNonce)) {
    throw createUntrusted('The reply’s recipientNonce is not the senderNonce of the request.');
  }
  const senderNonce = readNonce(reply, 'senderNonce');
  const used = [expected.senderNonce, ...(expected.knownNonces ?? [])];
  if (senderNonce.length !== 16 || used.some((one) => isEqual(one, senderNonce))) {
    throw createUntrusted('The reply’s senderNonce is not 16 fresh bytes (RFC 8894 3.2.1.5).');
  }
  return { certRep: readStatus(reply, expected), senderNonce };
}

function readStatus(reply: SignedReply, expected: ExpectedReply): CertRep {
  const pkiStatus = readText(reply, 'pkiStatus');
  // The content of a FAILURE or PENDING is ignored, because NDES sends one octet there.
  if (pkiStatus !== '2' && reply.attributes.has(oids.failInfo)) {
    throw createMalformed('The reply has a failInfo but is not a FAILURE.');
  }
  switch (pkiStatus) {
    case '0':
      return { status: 'SUCCESS', ...openSuccess(reply, expected) };
    case '2':
      return { status: 'FAILURE', ...readFailure(reply) };
    case '3':
      return { status: 'PENDING' };
    default:
      throw createMalformed(`The reply’s pkiStatus “${pkiStatus}” is not defined.`);
  }
}

function openSuccess(reply: SignedReply, { identity, allowLegacy }: ExpectedReply) {
  if (!reply.content?.length) throw createMalformed('The SUCCESS reply has no envelope.');
  return readIssuedCertificates(openEnvelope(reply.content, identity, allowLegacy), identity.key);
}

function readFailure(reply: SignedReply) {
  const value = readText(reply, 'failInfo');
  const failInfo = failInfos.get(value);
  if (!failInfo) throw createMalformed(`The reply’s failInfo “${value}” is not defined.`);
  const explanation = reply.attributes.get(oids.failInfoText);
  const isText = explanation instanceof asn1js.Utf8String;
  return { failInfo, failInfoText: isText ? explanation.getValue() : undefined };
}

function readText(
  reply: SignedReply,
  name: 'messageType' | 'pkiStatus' | 'failInfo' | 'transactionId',
) {
  const value = reply.attributes.get(oids[name]);
  if (value instanceof asn1js.PrintableString) return value.getValue();
  throw createMalformed(`The reply’s ${name} is missing or not a PrintableString.`);
}

function readNonce(reply: SignedReply, name: 'senderNonce' | 'recipientNonce'): Uint8Array {
  const value = reply.attributes.get(oids[name]);
  if (value instanceof asn1js.OctetString) return new Uint8Array(value.getValue());
  throw createMalformed(`The reply’s ${name} is missing or not an OCTET STRING.`);
}

const isEqual = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0;

function createMalformed(message: string): ScepClientError {
  return new ScepClientError('malformedReply', message);
}

function createUntrusted(message: string): ScepClientError {
  return new ScepClientError('untrustedReply', message);
}

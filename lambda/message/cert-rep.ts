/** Builds the CertRep (RFC 8894 section 3.3.2), the signed reply with the outcome of a request. */
import { hash, sign } from 'node:crypto';
import { toContextTag } from '../asn1/tags.ts';
import {
  encodeNull,
  encodeOctetString,
  encodeOid,
  encodePrintableString,
  encodeSequence,
  encodeSetOf,
  encodeSmallInteger,
  encodeTime,
  encodeTlv,
  encodeUtf8String,
  retag,
} from '../asn1/write.ts';
import { failInfoOf, failInfos, type RefusalCode } from '../core/errors.ts';
import { failInfoTextOf } from '../core/fail-info-text.ts';
import { aes128, type Digest, rsaEncryption, sha256 } from './algorithms.ts';
import { encodeContentInfo, encodeDegenerate } from './degenerate.ts';
import {
  encodeIssuerAndSerialNumber,
  encryptReply,
  type ReplyEncryption,
} from './encrypt-reply.ts';
import { oids } from './oids.ts';
import type { Outcome } from './outcome.ts';
import type { Quirks } from './quirks.ts';
import type { RaIdentity } from './ra-identity.ts';
import type { ReplyAddress } from './signed-data.ts';

/**
 * The values of a request that its reply depends on. The optional ones are unknown if the request
 * failed early.
 */
export interface ReplyContext {
  readonly replyTo: ReplyAddress;
  /** The identity that the request was encrypted to; the current one if that is unknown. */
  readonly identity: RaIdentity;
  readonly quirks: Quirks;
  /** SHA-256 if omitted. */
  readonly digest?: Digest;
  /** AES-128 and PKCS#1 v1.5 if omitted. */
  readonly encryption?: ReplyEncryption;
  /** The time of the signature. */
  readonly nowSeconds: number;
  /** Fresh random octets, which make our own senderNonce (docs/rfc8894.md K-2). */
  readonly random: (octets: number) => Uint8Array;
}

const pkiStatus = { issued: '0', refused: '2', pending: '3' } as const;
const certRep = '3';

/** The CertRep for an outcome, in DER. */
export function buildCertRep(outcome: Outcome, reply: ReplyContext): Uint8Array {
  const digest = reply.digest ?? sha256;
  const content = buildContent(outcome, reply);
  const attributes = encodeSetOf(...buildAttributes(outcome, reply, digest, content));
  return encodeContentInfo(
    oids.signedData,
    encodeSequence(
      encodeSmallInteger(1),
      encodeSetOf(encodeSequence(encodeOid(digest.oid))),
      content === undefined
        ? encodeSequence(encodeOid(oids.data))
        : encodeSequence(
            encodeOid(oids.data),
            encodeTlv(toContextTag(0, 'constructed'), encodeOctetString(content)),
          ),
      encodeTlv(toContextTag(0, 'constructed'), reply.identity.certificate.der),
      encodeSetOf(encodeSignerInfo(reply.identity, digest, attributes)),
    ),
  );
}

/**
 * The envelope of a SUCCESS. A FAILURE and a PENDING have no content, or empty content for
 * certmonger (quirks.ts).
 */
function buildContent(outcome: Outcome, reply: ReplyContext): Uint8Array | undefined {
  if (outcome.status !== 'issued')
    return reply.quirks.emptyContent === 'zero-length' ? new Uint8Array() : undefined;
  const issuer = reply.quirks.issuerInReply ? reply.identity.chain.slice(0, 1) : [];
  return encryptReply(
    encodeDegenerate([outcome.certificate, ...issuer]),
    reply.replyTo,
    reply.encryption ?? { cipher: aes128, transport: { scheme: 'pkcs1' } },
    reply.random,
  );
}

function buildAttributes(
  outcome: Outcome,
  { replyTo, nowSeconds, random }: ReplyContext,
  digest: Digest,
  content: Uint8Array | undefined,
): readonly Uint8Array[] {
  const contentDigest = hash(digest.nodeName, content ?? new Uint8Array(), 'buffer');
  return [
    encodeAttribute(oids.contentType, encodeOid(oids.data)),
    encodeAttribute(oids.messageDigest, encodeOctetString(contentDigest)),
    encodeAttribute(oids.messageType, encodePrintableString(certRep)),
    encodeAttribute(oids.pkiStatus, encodePrintableString(pkiStatus[outcome.status])),
    // Some clients refuse a reply without it (docs/rfc8894.md R-14).
    encodeAttribute(oids.signingTime, encodeTime(nowSeconds)),
    ...(outcome.status === 'refused' ? buildFailureAttributes(outcome.code) : []),
    encodeAttribute(oids.transactionId, replyTo.transactionIdElement),
    encodeAttribute(oids.senderNonce, encodeOctetString(random(16))),
    encodeAttribute(oids.recipientNonce, encodeOctetString(replyTo.senderNonce)),
  ];
}

/** failInfo and failInfoText (RFC 8894 section 3.2.1.4). */
const buildFailureAttributes = (code: RefusalCode): readonly Uint8Array[] => [
  encodeAttribute(oids.failInfo, encodePrintableString(failInfos[failInfoOf(code)])),
  encodeAttribute(oids.failInfoText, encodeUtf8String(failInfoTextOf(code))),
];

const encodeAttribute = (type: string, value: Uint8Array): Uint8Array =>
  encodeSequence(encodeOid(type), encodeSetOf(value));

/** signedAttrs are signed as a SET OF and sent under the tag [0] (RFC 5652 section 5.4). */
function encodeSignerInfo(
  identity: RaIdentity,
  digest: Digest,
  attributes: Uint8Array,
): Uint8Array {
  return encodeSequence(
    encodeSmallInteger(1),
    encodeIssuerAndSerialNumber(identity.certificate),
    encodeSequence(encodeOid(digest.oid)),
    retag(toContextTag(0, 'constructed'), attributes),
    encodeSequence(encodeOid(rsaEncryption), encodeNull()),
    encodeOctetString(sign(digest.nodeName, attributes, identity.privateKey)),
  );
}

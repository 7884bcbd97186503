/**
 * The CertRep (RFC 8894 section 3.3.2): an outcome becomes signed DER for the device that asked.
 */
import { hash, sign } from 'node:crypto';
import { toContextTag } from '../asn1/tags.ts';
import {
  encodeNull,
  encodeOctetString,
  encodeOid,
  encodePrintableString,
  encodeSequence,
  encodeSmallInteger,
  encodeTime,
  encodeTlv,
  encodeUtf8String,
  retag,
  setOf,
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
 * What the answer takes from the request: whom it addressed and in which algorithms; less is known
 * the earlier it failed.
 */
export interface ReplyContext {
  readonly replyTo: ReplyAddress;
  /** The identity the request was encrypted to, else the current one. */
  readonly identity: RaIdentity;
  readonly quirks: Quirks;
  readonly digest?: Digest;
  readonly encryption?: ReplyEncryption;
  /** The time of the signature. */
  readonly nowSeconds: number;
  /** Fresh random octets for our own senderNonce (docs/rfc8894.md K-2). */
  readonly random: (octets: number) => Uint8Array;
}

const pkiStatus = { issued: '0', refused: '2', pending: '3' } as const;
const certRep = '3';

/** DER of the CertRep that tells this outcome. */
export function buildCertRep(outcome: Outcome, reply: ReplyContext): Uint8Array {
  const digest = reply.digest ?? sha256;
  const content = contentOf(outcome, reply);
  const attributes = setOf(...attributesOf(outcome, reply, digest, content));
  return encodeContentInfo(
    oids.signedData,
    encodeSequence(
      encodeSmallInteger(1),
      setOf(encodeSequence(encodeOid(digest.oid))),
      content === undefined
        ? encodeSequence(encodeOid(oids.data))
        : encodeSequence(
            encodeOid(oids.data),
            encodeTlv(toContextTag(0, 'constructed'), encodeOctetString(content)),
          ),
      encodeTlv(toContextTag(0, 'constructed'), reply.identity.certificate.der),
      setOf(signerInfo(reply.identity, digest, attributes)),
    ),
  );
}

/**
 * SUCCESS carries the envelope; FAILURE and PENDING carry nothing, or an empty string for
 * certmonger (quirks.ts).
 */
function contentOf(outcome: Outcome, reply: ReplyContext): Uint8Array | undefined {
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

function attributesOf(
  outcome: Outcome,
  { replyTo, nowSeconds, random }: ReplyContext,
  digest: Digest,
  content: Uint8Array | undefined,
): readonly Uint8Array[] {
  const contentDigest = hash(digest.nodeName, content ?? new Uint8Array(), 'buffer');
  return [
    attribute(oids.contentType, encodeOid(oids.data)),
    attribute(oids.messageDigest, encodeOctetString(contentDigest)),
    attribute(oids.messageType, encodePrintableString(certRep)),
    attribute(oids.pkiStatus, encodePrintableString(pkiStatus[outcome.status])),
    // Clients exist that refuse a reply without it (docs/rfc8894.md R-14).
    attribute(oids.signingTime, encodeTime(nowSeconds)),
    ...(outcome.status === 'refused' ? failureAttributesOf(outcome.code) : []),
    attribute(oids.transactionId, replyTo.transactionIdElement),
    attribute(oids.senderNonce, encodeOctetString(random(16))),
    attribute(oids.recipientNonce, encodeOctetString(replyTo.senderNonce)),
  ];
}

/** failInfo, and the sentence that goes with it (RFC 8894 section 3.2.1.4). */
const failureAttributesOf = (code: RefusalCode): readonly Uint8Array[] => [
  attribute(oids.failInfo, encodePrintableString(failInfos[failInfoOf(code)])),
  attribute(oids.failInfoText, encodeUtf8String(failInfoTextOf(code))),
];

const attribute = (type: string, value: Uint8Array): Uint8Array =>
  encodeSequence(encodeOid(type), setOf(value));

/** signedAttrs are signed as the SET OF they are and sent under [0]. */
function signerInfo(identity: RaIdentity, digest: Digest, attributes: Uint8Array): Uint8Array {
  return encodeSequence(
    encodeSmallInteger(1),
    encodeIssuerAndSerialNumber(identity.certificate),
    encodeSequence(encodeOid(digest.oid)),
    retag(toContextTag(0, 'constructed'), attributes),
    encodeSequence(encodeOid(rsaEncryption), encodeNull()),
    encodeOctetString(sign(digest.nodeName, attributes, identity.privateKey)),
  );
}

/**
 * Verifies pkiMessages. An unverified message becomes a `PkiMessage` if its signature is valid over
 * the bytes received. Every fault here is a signed FAILURE.
 */
import { hash, verify } from 'node:crypto';
import { toDer } from '../asn1/der-form.ts';
import { readRsaNumbers } from '../asn1/public-key.ts';
import { type Node, read } from '../asn1/read.ts';
import { tags } from '../asn1/tags.ts';
import { readOctets, readOid, readText } from '../asn1/values.ts';
import { retag } from '../asn1/write.ts';
import { Refusal } from '../core/errors.ts';
import { formatAlgorithm } from './algorithm-names.ts';
import { type Digest, digests, isAllowed, rsaEncryption } from './algorithms.ts';
import { hasShortExponent } from './certificate.ts';
import { refuseMalformed } from './malformed.ts';
import { oids } from './oids.ts';
import type { Quirks } from './quirks.ts';
import { type ReplyAddress, readSignerKey, type UnverifiedMessage } from './signed-data.ts';

/**
 * The types of RFC 8894 table 3 that this server implements. It is an allow-list, because another
 * server signed every type that its checks did not list. Anyone could enrol there without a
 * challenge by type 18, UpdateReq of old drafts (CVE-2026-30836).
 */
const messageTypes = { '19': 'PKCSReq', '20': 'CertPoll' } as const;

type MessageType = (typeof messageTypes)[keyof typeof messageTypes];

declare const verified: unique symbol;

/**
 * A message whose signer holds the key of the certificate in it. Only `verifyPkiMessage` makes one.
 */
export interface PkiMessage {
  readonly [verified]: true;
  readonly messageType: MessageType;
  readonly replyTo: ReplyAddress;
  readonly digest: Digest;
  /** The octets of the pkcsPKIEnvelope; undefined if the message has none. */
  readonly content?: Uint8Array;
}

/**
 * The size of a signer's RSA key, in bits. Apple signed with 1024 bits in 2016. Such a message
 * passes here, and policy refuses its key with badRequest (policy/key.ts). A signature by more than
 * 8192 bits costs too much to verify before anything is known of the sender.
 */
const signerBits = { minBits: 1024, maxBits: 8192 };

/**
 * Verifies a message. Throws `Refusal`: `UnsupportedAlgorithm`, `SignedAttributesInvalid`,
 * `SignatureInvalid` or `UnsupportedMessageType`.
 */
export function verifyPkiMessage(message: UnverifiedMessage, quirks: Quirks): PkiMessage {
  const digest = selectDigest(message, quirks);
  checkSignerKey(message.replyTo);
  checkAttributes(message, digest);
  checkSignature(message, digest);
  return {
    messageType: readMessageType(message),
    replyTo: message.replyTo,
    digest,
    ...(message.content && { content: message.content }),
  } as PkiMessage;
}

function selectDigest({ digestOid, signatureOid }: UnverifiedMessage, quirks: Quirks): Digest {
  const digest = digests.get(digestOid);
  if (digest === undefined || !isAllowed(digest, quirks))
    throw new Refusal('UnsupportedAlgorithm', formatAlgorithm(digestOid));
  // Windows and old Apple name the algorithm of the key, others that of the signature.
  if (signatureOid !== rsaEncryption && signatureOid !== digest.rsaSignatureOid)
    throw new Refusal('UnsupportedAlgorithm', formatAlgorithm(signatureOid));
  return digest;
}

/** The CertRep is encrypted to this key, so it must be RSA (docs/rfc8894.md X3). */
function checkSignerKey(replyTo: ReplyAddress): void {
  const numbers = readRsaNumbers(readSignerKey(replyTo));
  if (numbers === undefined)
    throw new Refusal(
      'UnsupportedAlgorithm',
      `${replyTo.signerKey.asymmetricKeyType} key of signer`,
    );
  const { modulusBits } = numbers;
  if (modulusBits < signerBits.minBits || modulusBits > signerBits.maxBits)
    throw new Refusal('UnsupportedAlgorithm', `RSA key of ${modulusBits} bits`);
  if (!hasShortExponent(numbers)) throw new Refusal('UnsupportedAlgorithm', 'RSA exponent');
}

/**
 * The contentType and the messageDigest must be those of the content (docs/rfc8894.md M-1, M-15).
 */
function checkAttributes(message: UnverifiedMessage, digest: Digest): void {
  if (message.contentType !== oids.data) throw new Refusal('SignedAttributesInvalid');
  const contentType = readAttribute(message, oids.contentType, readOid);
  if (contentType !== message.contentType) throw new Refusal('SignedAttributesInvalid');
  const claimed = readAttribute(message, oids.messageDigest, readOctets);
  const actual = hash(digest.nodeName, message.content ?? new Uint8Array(), 'buffer');
  if (Buffer.compare(claimed, actual) !== 0) throw new Refusal('SignedAttributesInvalid');
}

/** Reads an attribute that must have exactly one value (docs/rfc8894.md M-4). */
function readAttribute<Value>(
  { attributes }: UnverifiedMessage,
  id: string,
  readValue: (value: Node, what: string) => Value,
): Value {
  const [value, ...more] = attributes.get(id) ?? [];
  if (value === undefined || more.length > 0) throw new Refusal('SignedAttributesInvalid');
  return refuseMalformed(
    () => readValue(value, id),
    () => new Refusal('SignedAttributesInvalid'),
  );
}

/**
 * The signature covers a SET OF, whose tag in the message is [0] (RFC 5652 section 5.4). It is
 * verified over the bytes received, so that a client may leave its attributes unsorted. If it does
 * not verify, it is verified over the DER form of the attributes, which that section requires
 * signers to sign.
 */
function checkSignature(message: UnverifiedMessage, digest: Digest): void {
  const received = retag(tags.set, message.signedAttributes);
  if (isSignatureOver(received, message, digest)) return;
  const der = toDer(read(received));
  if (Buffer.compare(der, received) === 0 || !isSignatureOver(der, message, digest))
    throw new Refusal('SignatureInvalid');
}

/** The padding is Node's default for RSA, PKCS#1 v1.5: naming it costs 15 us a call (measured). */
function isSignatureOver(
  attributes: Uint8Array,
  { replyTo, signature }: UnverifiedMessage,
  digest: Digest,
): boolean {
  return verify(digest.nodeName, attributes, replyTo.signerKey, signature);
}

function readMessageType(message: UnverifiedMessage): MessageType {
  const [value, ...more] = message.attributes.get(oids.messageType) ?? [];
  if (value?.tag !== tags.printableString || more.length > 0)
    throw new Refusal('UnsupportedMessageType');
  const text = readText(value, 'messageType');
  if (!Object.hasOwn(messageTypes, text))
    throw new Refusal('UnsupportedMessageType', formatMessageType(text));
  return messageTypes[text as keyof typeof messageTypes];
}

/** The types that this server refuses: RFC 8894 table 3 and section 3.3, and older drafts. */
const refusedTypes: Readonly<Record<string, string>> = {
  '3': 'CertRep',
  '17': 'RenewalReq',
  '18': 'UpdateReq',
  '21': 'GetCert',
  '22': 'GetCRL',
};

/** A refused messageType for admins; undefined if the text is not a number. */
const formatMessageType = (text: string): string | undefined =>
  /^\d{1,3}$/.test(text) ? `messageType ${[text, refusedTypes[text]].join(' ').trim()}` : undefined;

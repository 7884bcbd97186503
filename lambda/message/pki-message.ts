/**
 * The first threshold: an answerable message becomes a `PkiMessage` once its signature is verified
 * over the bytes received. Faults here are signed FAILUREs.
 */
import { hash, verify } from 'node:crypto';
import { toDer } from '../asn1/der-form.ts';
import { readRsaNumbers } from '../asn1/public-key.ts';
import { Malformed, type Node, read } from '../asn1/read.ts';
import { tags } from '../asn1/tags.ts';
import { readOctets, readOid, readText } from '../asn1/values.ts';
import { retag } from '../asn1/write.ts';
import { Refusal } from '../core/errors.ts';
import { formatAlgorithm } from './algorithm-names.ts';
import { type Digest, digests, isAllowed, rsaEncryption } from './algorithms.ts';
import { hasShortExponent } from './certificate.ts';
import { oids } from './oids.ts';
import type { Quirks } from './quirks.ts';
import { type ReplyAddress, readSignerKey, type UnverifiedMessage } from './signed-data.ts';

/**
 * RFC 8894 table 3, those that are built. An allow-list: 18 (UpdateReq of old drafts) let anybody
 * enrol without a challenge in another server (CVE-2026-30836), because everything not refused fell
 * through to signing.
 */
const messageTypes = { '19': 'PKCSReq', '20': 'CertPoll' } as const;

type MessageType = (typeof messageTypes)[keyof typeof messageTypes];

declare const verified: unique symbol;

/**
 * A message whose signer holds the key of the certificate in it. Made by `verifyPkiMessage` alone.
 */
export interface PkiMessage {
  readonly [verified]: true;
  readonly messageType: MessageType;
  readonly replyTo: ReplyAddress;
  readonly digest: Digest;
  /** The pkcsPKIEnvelope's octets, or undefined where there is none. */
  readonly content?: Uint8Array;
}

/**
 * What a device's RSA key may be here, in bits. The least is what Apple signed with in 2016, so
 * that the answer can say badRequest; the profile wants 2048. Past the most, verifying costs more
 * than a flood should be worth.
 */
const signerBits = { minBits: 1024, maxBits: 8192 };

/**
 * Verifies digest, attributes and signature; throws `Refusal` for algorithms, attributes or types
 * off the lists.
 */
export function verifyPkiMessage(message: UnverifiedMessage, quirks: Quirks): PkiMessage {
  const digest = digestOf(message, quirks);
  checkAttributes(message, digest);
  checkSignature(message, digest);
  return {
    messageType: messageTypeOf(message),
    replyTo: message.replyTo,
    digest,
    ...(message.content && { content: message.content }),
  } as PkiMessage;
}

function digestOf({ digestOid, signatureOid, replyTo }: UnverifiedMessage, quirks: Quirks): Digest {
  const digest = digests.get(digestOid);
  if (digest === undefined || !isAllowed(digest, quirks))
    throw new Refusal('UnsupportedAlgorithm', formatAlgorithm(digestOid));
  // Windows and old Apple name the key's algorithm, others the signature's.
  if (signatureOid !== rsaEncryption && signatureOid !== digest.rsaSignatureOid)
    throw new Refusal('UnsupportedAlgorithm', formatAlgorithm(signatureOid));
  // docs/rfc8894.md X3: the CertRep is encrypted to this key, and only RSA can carry it.
  const numbers = readRsaNumbers(readSignerKey(replyTo));
  const { modulusBits = 0 } = numbers ?? {};
  if (numbers === undefined)
    throw new Refusal(
      'UnsupportedAlgorithm',
      `${replyTo.signerKey.asymmetricKeyType} key of signer`,
    );
  if (modulusBits < signerBits.minBits || modulusBits > signerBits.maxBits)
    throw new Refusal('UnsupportedAlgorithm', `RSA key of ${modulusBits} bits`);
  if (!hasShortExponent(numbers)) throw new Refusal('UnsupportedAlgorithm', 'RSA exponent');
  return digest;
}

/** docs/rfc8894.md M-1, M-4 and M-15, which pkijs does not check. */
function checkAttributes(message: UnverifiedMessage, digest: Digest): void {
  if (message.contentType !== oids.data) throw new Refusal('SignedAttributesInvalid');
  const contentType = orInvalid(() => readOid(single(message, oids.contentType), 'contentType'));
  if (contentType !== message.contentType) throw new Refusal('SignedAttributesInvalid');
  const claimed = orInvalid(() => readOctets(single(message, oids.messageDigest), 'messageDigest'));
  const actual = hash(digest.nodeName, message.content ?? new Uint8Array(), 'buffer');
  if (Buffer.compare(claimed, actual) !== 0) throw new Refusal('SignedAttributesInvalid');
}

function single({ attributes }: UnverifiedMessage, id: string): Node {
  const [value, ...more] = attributes.get(id) ?? [];
  if (value === undefined || more.length > 0) throw new Refusal('SignedAttributesInvalid');
  return value;
}

function orInvalid<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) throw new Refusal('SignedAttributesInvalid');
    throw error;
  }
}

/**
 * RFC 5652 section 5.4: what is signed is the SET OF, whose tag on the wire is [0]. It is verified
 * as received, so that unsorted attributes pass as they were signed. Attributes that are not DER
 * are then verified over their DER form, which that section tells a signer to sign.
 */
function checkSignature(message: UnverifiedMessage, digest: Digest): void {
  const received = retag(tags.set, message.signedAttributes);
  if (isSigned(received, message, digest)) return;
  const der = toDer(read(received));
  if (Buffer.compare(der, received) === 0 || !isSigned(der, message, digest))
    throw new Refusal('SignatureInvalid');
}

function isSigned(signed: Uint8Array, message: UnverifiedMessage, digest: Digest): boolean {
  // Of an RSA key Node verifies PKCS#1 v1.5 unless told otherwise; telling it costs 15 us a call
  // (measured).
  const { signerKey } = message.replyTo;
  return verify(digest.nodeName, signed, signerKey, message.signature);
}

function messageTypeOf(message: UnverifiedMessage): MessageType {
  const [value, ...more] = message.attributes.get(oids.messageType) ?? [];
  if (value?.tag !== tags.printableString || more.length > 0)
    throw new Refusal('UnsupportedMessageType');
  const text = readText(value, 'messageType');
  if (!Object.hasOwn(messageTypes, text))
    throw new Refusal('UnsupportedMessageType', messageTypeName(text));
  return messageTypes[text as keyof typeof messageTypes];
}

/** The types of RFC 8894 table 3, of its section 3.3, and of the drafts before it. */
const knownTypes: Readonly<Record<string, string>> = {
  '3': 'CertRep',
  '17': 'RenewalReq',
  '18': 'UpdateReq',
  '21': 'GetCert',
  '22': 'GetCRL',
};

/** A messageType for admins; undefined for a text that is not a number. */
const messageTypeName = (text: string): string | undefined =>
  /^\d{1,3}$/.test(text) ? `messageType ${[text, knownTypes[text]].join(' ').trim()}` : undefined;

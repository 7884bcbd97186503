/**
 * The outside of a pkiMessage (RFC 8894 section 3, RFC 5652 section 5): bytes become a message that
 * can be answered, though nothing in it has been believed yet. Faults here are HTTP errors: without
 * transactionID, senderNonce and signer there is nobody to address a CertRep to.
 */
import type { KeyObject } from 'node:crypto';
import type { PublicKey } from '../asn1/public-key.ts';
import { Malformed, type Node, read } from '../asn1/read.ts';
import { tags, toContextTag } from '../asn1/tags.ts';
import { expect, readElements, readOctets, readOid, readText } from '../asn1/values.ts';
import { encodeTlv } from '../asn1/write.ts';
import { HttpFault, type HttpFaultCode } from '../core/errors.ts';
import { type Certificate, readCertificate, readPublicKey } from './certificate.ts';
import { oids } from './oids.ts';

/** To whom a CertRep goes, and what it must repeat. */
export interface ReplyAddress {
  readonly transactionId: string;
  /** The transactionID in DER, in the string type of the client (docs/rfc8894.md T-4). */
  readonly transactionIdElement: Uint8Array;
  readonly senderNonce: Uint8Array;
  readonly signer: Certificate;
  readonly signerKey: KeyObject;
}

/** The signer's public key. */
export const readSignerKey = ({ signer, signerKey }: ReplyAddress): PublicKey => ({
  subjectPublicKeyInfo: signer.subjectPublicKeyInfo,
  publicKey: signerKey,
});

/** A SignedData with one signer whose claims are not yet verified. */
export interface UnverifiedMessage {
  readonly replyTo: ReplyAddress;
  readonly contentType: string;
  /** The signed octets; undefined where the message has none. */
  readonly content?: Uint8Array;
  readonly digestOid: string;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
  /** signedAttrs as received, under their own tag [0]. */
  readonly signedAttributes: Uint8Array;
  /** Every attribute's values, in order; an attribute that came twice has them all. */
  readonly attributes: ReadonlyMap<string, readonly Node[]>;
}

/**
 * The field may hold the signer's chain. No SCEP client sends more than ten certificates
 * (docs/limits.md).
 */
const maxCertificates = 10;

/** Reads a pkiMessage; throws `HttpFault` for whatever cannot be answered. */
export function readSignedData(bytes: Uint8Array): UnverifiedMessage {
  const parts = orFault('NotAPkiMessage', () => partsOf(read(bytes)));
  const attributes = orFault('NotAPkiMessage', () => attributesOf(parts.signedAttributes));
  const certificates = orFault('NoSignerCertificate', () =>
    parts.certificates.map(readCertificate),
  );
  const signer = orFault('NoSignerCertificate', () =>
    signerOf(parts.signerIdentifier, certificates),
  );
  const transactionIdElement = only(attributes, oids.transactionId, 'NoTransactionId');
  const senderNonceElement = only(attributes, oids.senderNonce, 'NoSenderNonce');
  return {
    replyTo: {
      transactionId: orFault('NoTransactionId', () => transactionIdOf(transactionIdElement)),
      transactionIdElement: encodeTlv(transactionIdElement.tag, transactionIdElement.content),
      senderNonce: orFault('NoSenderNonce', () => nonceOf(senderNonceElement)),
      signer,
      signerKey: orFault('NoSignerCertificate', () => readPublicKey(signer.subjectPublicKeyInfo)),
    },
    contentType: parts.contentType,
    ...(parts.content && { content: parts.content }),
    digestOid: parts.digestOid,
    signatureOid: parts.signatureOid,
    signature: parts.signature,
    signedAttributes: parts.signedAttributes?.bytes ?? new Uint8Array(),
    attributes,
  };
}

function orFault<Value>(code: HttpFaultCode, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (error instanceof Malformed) throw new HttpFault(code);
    throw error;
  }
}

function partsOf(contentInfo: Node) {
  const [type, wrapped] = readElements(contentInfo, tags.sequence, 'ContentInfo');
  if (readOid(type, 'contentType') !== oids.signedData) throw new Malformed('signedData');
  const [signedData] = readElements(wrapped, toContextTag(0, 'constructed'), 'content');
  const [, , encapsulated, ...rest] = readElements(signedData, tags.sequence, 'SignedData');
  const [contentType, content] = readElements(encapsulated, tags.sequence, 'encapContentInfo');
  const certificates =
    rest.find(({ tag }) => tag === toContextTag(0, 'constructed'))?.children ?? [];
  if (certificates.length > maxCertificates) throw new Malformed('certificates');
  // M-13: exactly one signer; with two, which one's nonce and key would the answer be for?
  const signerInfos = readElements(rest.at(-1), tags.set, 'signerInfos');
  if (signerInfos.length !== 1) throw new Malformed('signerInfos');
  return {
    contentType: readOid(contentType, 'eContentType'),
    content: content && readOctets(content.children[0], 'eContent'),
    certificates,
    ...signerInfoOf(signerInfos[0]),
  };
}

function signerInfoOf(signerInfo: Node | undefined) {
  const [, signerIdentifier, digest, ...rest] = readElements(
    signerInfo,
    tags.sequence,
    'SignerInfo',
  );
  const signedAttributes = rest[0]?.tag === toContextTag(0, 'constructed') ? rest[0] : undefined;
  const [signatureAlgorithm, signature] = rest.slice(signedAttributes ? 1 : 0);
  return {
    signerIdentifier,
    signedAttributes,
    digestOid: readOid(
      readElements(digest, tags.sequence, 'digestAlgorithm')[0],
      'digestAlgorithm',
    ),
    signatureOid: readOid(
      readElements(signatureAlgorithm, tags.sequence, 'signatureAlgorithm')[0],
      'signatureAlgorithm',
    ),
    signature: readOctets(signature, 'signature'),
  };
}

function attributesOf(signedAttributes: Node | undefined): ReadonlyMap<string, readonly Node[]> {
  // M-3, and draft-ietf-lamps-cms-euf-cma-signeddata: without them content could pass as
  // attributes.
  if (signedAttributes === undefined) throw new Malformed('signedAttrs');
  const attributes = new Map<string, Node[]>();
  for (const attribute of signedAttributes.children) {
    const [type, values] = readElements(attribute, tags.sequence, 'Attribute');
    const id = readOid(type, 'attrType');
    const known = attributes.get(id) ?? [];
    known.push(...readElements(values, tags.set, 'attrValues'));
    attributes.set(id, known);
  }
  return attributes;
}

/**
 * M-11: strictly the certificate that the signer identifier names. Two different ones with that
 * name are refused. The same one twice is one: some clients send their chain and their signer.
 */
function signerOf(identifier: Node | undefined, certificates: readonly Certificate[]): Certificate {
  const named = certificates.filter((certificate) => isNamedBy(identifier, certificate));
  const [signer, ...others] = named;
  if (signer === undefined || others.some(({ der }) => !same(der, signer.der)))
    throw new Malformed('signer certificate');
  return signer;
}

/** Whether an issuerAndSerialNumber or a [0] subjectKeyIdentifier names this certificate. */
function isNamedBy(identifier: Node | undefined, certificate: Certificate): boolean {
  if (identifier?.tag === toContextTag(0))
    return same(identifier.content, certificate.subjectKeyIdentifier);
  const [issuer, serial] = readElements(identifier, tags.sequence, 'sid');
  return (
    same(issuer?.bytes, certificate.issuer) &&
    same(expect(serial, tags.integer, 'serialNumber').content, certificate.serial)
  );
}

const same = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
  one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;

function only(attributes: UnverifiedMessage['attributes'], id: string, code: HttpFaultCode): Node {
  const [value, ...more] = attributes.get(id) ?? [];
  if (value === undefined || more.length > 0) throw new HttpFault(code);
  return value;
}

/**
 * T-3: attacker-chosen text. Visible ASCII covers what was seen: hex, and micromdm's base64 with
 * `/`, `+` and `=`.
 */
function transactionIdOf(element: Node): string {
  const text = readText(element, 'transactionID');
  if (!/^[\x20-\x7e]{1,255}$/.test(text)) throw new Malformed('transactionID');
  return text;
}

/**
 * K-4: RFC 8894 says 16 octets; Apple sent 8, and a server that insisted on 16 rejected fleets (UCM
 * 2.200).
 */
function nonceOf(element: Node): Uint8Array {
  const nonce = readOctets(element, 'senderNonce');
  if (nonce.length < 1 || nonce.length > 64) throw new Malformed('senderNonce');
  return nonce;
}

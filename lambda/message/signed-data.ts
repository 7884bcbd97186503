/**
 * Reads the outer layer of a pkiMessage (RFC 8894 section 3, RFC 5652 section 5). The result can be
 * answered, but nothing in it is verified yet. Faults are HTTP errors here: a CertRep needs the
 * transactionID, the senderNonce and the signer.
 */
import type { KeyObject } from 'node:crypto';
import type { PublicKey } from '../asn1/public-key.ts';
import { Malformed, type Node, read } from '../asn1/read.ts';
import { tags, toContextTag } from '../asn1/tags.ts';
import { expect, readElements, readOctets, readOid, readText } from '../asn1/values.ts';
import { encodeTlv } from '../asn1/write.ts';
import { HttpFault, type HttpFaultCode } from '../core/errors.ts';
import { type Certificate, readCertificate, readPublicKey } from './certificate.ts';
import { refuseMalformed } from './malformed.ts';
import { oids } from './oids.ts';

/** The recipient of a CertRep, and the values that the CertRep repeats. */
export interface ReplyAddress {
  readonly transactionId: string;
  /** The transactionID in DER, in the client's own string type (docs/rfc8894.md T-4). */
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

/** A SignedData with one signer. Its signature is not verified. */
export interface UnverifiedMessage {
  readonly replyTo: ReplyAddress;
  readonly contentType: string;
  /** The signed octets; undefined if the message has no content. */
  readonly content?: Uint8Array;
  readonly digestOid: string;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
  /** signedAttrs as received, under their own tag [0]. */
  readonly signedAttributes: Uint8Array;
  /** The values of each signed attribute, by its OID. A repeated attribute has all its values. */
  readonly attributes: ReadonlyMap<string, readonly Node[]>;
}

/**
 * The `certificates` field can hold the signer's chain. No SCEP client is known to send more than
 * ten certificates (docs/limits.md).
 */
const maxCertificates = 10;

/**
 * Reads a pkiMessage. Throws `HttpFault`: `NotAPkiMessage`, `NoSignerCertificate`,
 * `NoTransactionId` or `NoSenderNonce`.
 */
export function readSignedData(bytes: Uint8Array): UnverifiedMessage {
  const parts = requirePart('NotAPkiMessage', () => readParts(read(bytes)));
  const attributes = requirePart('NotAPkiMessage', () => readAttributes(parts.signedAttributes));
  const certificates = requirePart('NoSignerCertificate', () =>
    parts.certificates.map(readCertificate),
  );
  const signer = requirePart('NoSignerCertificate', () =>
    findSigner(parts.signerIdentifier, certificates),
  );
  const transactionIdElement = requireValue(attributes, oids.transactionId, 'NoTransactionId');
  const senderNonceElement = requireValue(attributes, oids.senderNonce, 'NoSenderNonce');
  return {
    replyTo: {
      transactionId: requirePart('NoTransactionId', () => readTransactionId(transactionIdElement)),
      transactionIdElement: encodeTlv(transactionIdElement.tag, transactionIdElement.content),
      senderNonce: requirePart('NoSenderNonce', () => readNonce(senderNonceElement)),
      signer,
      signerKey: requirePart('NoSignerCertificate', () =>
        readPublicKey(signer.subjectPublicKeyInfo),
      ),
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

const requirePart = <Value>(code: HttpFaultCode, read: () => Value): Value =>
  refuseMalformed(read, () => new HttpFault(code));

function readParts(contentInfo: Node) {
  const [type, wrapped] = readElements(contentInfo, tags.sequence, 'ContentInfo');
  if (readOid(type, 'contentType') !== oids.signedData) throw new Malformed('signedData');
  const [signedData] = readElements(wrapped, toContextTag(0, 'constructed'), 'content');
  const [, , encapsulated, ...rest] = readElements(signedData, tags.sequence, 'SignedData');
  const [contentType, content] = readElements(encapsulated, tags.sequence, 'encapContentInfo');
  const certificates =
    rest.find(({ tag }) => tag === toContextTag(0, 'constructed'))?.children ?? [];
  if (certificates.length > maxCertificates) throw new Malformed('certificates');
  // Exactly one signer (docs/rfc8894.md M-13): two have two nonces and two keys, and a CertRep
  // answers one.
  const signerInfos = readElements(rest.at(-1), tags.set, 'signerInfos');
  if (signerInfos.length !== 1) throw new Malformed('signerInfos');
  return {
    contentType: readOid(contentType, 'eContentType'),
    content: content && readOctets(content.children[0], 'eContent'),
    certificates,
    ...readSignerInfo(signerInfos[0]),
  };
}

function readSignerInfo(signerInfo: Node | undefined) {
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
    digestOid: readAlgorithmOid(digest, 'digestAlgorithm'),
    signatureOid: readAlgorithmOid(signatureAlgorithm, 'signatureAlgorithm'),
    signature: readOctets(signature, 'signature'),
  };
}

const readAlgorithmOid = (algorithm: Node | undefined, what: string): string =>
  readOid(readElements(algorithm, tags.sequence, what)[0], what);

/**
 * Refuses a message without signed attributes (docs/rfc8894.md M-3). Without them, an attacker can
 * present signed attributes as content (draft-ietf-lamps-cms-euf-cma-signeddata).
 */
function readAttributes(signedAttributes: Node | undefined): ReadonlyMap<string, readonly Node[]> {
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
 * Finds the certificate that the signer identifier names, and no other one (docs/rfc8894.md M-11).
 * Two different certificates with this name are refused. Two copies count as one, because some
 * clients send their chain and their signer.
 */
function findSigner(
  identifier: Node | undefined,
  certificates: readonly Certificate[],
): Certificate {
  const named = certificates.filter((certificate) => isNamedBy(identifier, certificate));
  const [signer, ...others] = named;
  if (signer === undefined || others.some(({ der }) => !isEqual(der, signer.der)))
    throw new Malformed('signer certificate');
  return signer;
}

/** Whether an issuerAndSerialNumber or a [0] subjectKeyIdentifier names this certificate. */
function isNamedBy(identifier: Node | undefined, certificate: Certificate): boolean {
  if (identifier?.tag === toContextTag(0))
    return isEqual(identifier.content, certificate.subjectKeyIdentifier);
  const [issuer, serial] = readElements(identifier, tags.sequence, 'sid');
  return (
    isEqual(issuer?.bytes, certificate.issuer) &&
    isEqual(expect(serial, tags.integer, 'serialNumber').content, certificate.serial)
  );
}

const isEqual = (one: Uint8Array | undefined, other: Uint8Array | undefined): boolean =>
  one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;

function requireValue(
  attributes: UnverifiedMessage['attributes'],
  id: string,
  code: HttpFaultCode,
): Node {
  const [value, ...more] = attributes.get(id) ?? [];
  if (value === undefined || more.length > 0) throw new HttpFault(code);
  return value;
}

/**
 * The sender chooses this text (docs/rfc8894.md T-3). Printable ASCII covers all known clients:
 * hex, and micromdm's base64 with `/`, `+` and `=`.
 */
function readTransactionId(element: Node): string {
  const text = readText(element, 'transactionID');
  if (!/^[\x20-\x7e]{1,255}$/.test(text)) throw new Malformed('transactionID');
  return text;
}

/**
 * RFC 8894 has 16 octets, but Apple sent 8 (docs/rfc8894.md K-4). UCM 2.200 insisted on 16 and
 * rejected whole fleets.
 */
function readNonce(element: Node): Uint8Array {
  const nonce = readOctets(element, 'senderNonce');
  if (nonce.length < 1 || nonce.length > 64) throw new Malformed('senderNonce');
  return nonce;
}

/** Verifies the SignedData of a reply. */
import { createHash, verify, type X509Certificate } from 'node:crypto';
import * as asn1js from 'asn1js';
import * as pkijs from 'pkijs';
import { listSignedEncodings, toDer } from './ber.ts';
import { toArrayBuffer } from './engine.ts';
import { ScepClientError } from './errors.ts';
import { digests, oids } from './oids.ts';

/** A verified SignedData: its content, its signer and the one value of each signed attribute. */
export interface SignedReply {
  readonly content: Uint8Array | undefined;
  readonly attributes: ReadonlyMap<string, asn1js.BaseBlock>;
  readonly signer: X509Certificate;
}

/**
 * Verifies a reply in BER or DER. It must have one signer, which is one of the trusted
 * certificates. Each signed attribute must occur once with one value, and the digest must match the
 * content. pkijs only parses here, because its verify() accepts missing and repeated attributes.
 * Throws `untrustedReply`, `malformedReply` or `unsupportedAlgorithm`.
 */
export function verifySignedReply(
  bytes: Uint8Array,
  trusted: readonly X509Certificate[],
  allowLegacy = false,
): SignedReply {
  const signedData = readSignedData(bytes);
  const [signerInfo, ...others] = signedData.signerInfos;
  if (!signerInfo || others.length > 0)
    throw createMalformed('The reply does not have exactly one signer.');
  if (signedData.encapContentInfo.eContentType !== oids.data) {
    throw createMalformed('The reply’s content is not of type data (RFC 8894 3.2).');
  }
  const signer = trusted.find((certificate) => isNamedBy(certificate, signerInfo.sid));
  if (!signer) throw createUntrusted('The reply is not signed by a certificate of GetCACert.');
  const content = readContent(signedData);
  const { digest, encodings } = checkAlgorithms(signerInfo, allowLegacy);
  const signature = new Uint8Array(signerInfo.signature.getValue());
  if (!encodings.some((signed) => verify(digest, signed, signer.publicKey, signature))) {
    throw createUntrusted('The signature of the reply is invalid.');
  }
  const attributes = readAttributes(signerInfo);
  checkContent(attributes, content, digest);
  return { content, attributes, signer };
}

/** Reads a ContentInfo with a SignedData, in BER or DER. Throws `malformedReply`. */
export function readSignedData(bytes: Uint8Array): pkijs.SignedData {
  const der = toDer(bytes, 'The answer');
  try {
    const contentInfo = pkijs.ContentInfo.fromBER(toArrayBuffer(der));
    if (contentInfo.contentType !== oids.signedData) throw new Error(contentInfo.contentType);
    return new pkijs.SignedData({ schema: contentInfo.content });
  } catch (cause) {
    throw createMalformed('The answer is not a CMS SignedData.', cause);
  }
}

function checkAlgorithms(signerInfo: pkijs.SignerInfo, allowLegacy: boolean) {
  const digest = digests.get(signerInfo.digestAlgorithm.algorithmId);
  if (!digest || (digest.legacy && !allowLegacy)) {
    const { algorithmId } = signerInfo.digestAlgorithm;
    throw new ScepClientError(
      'unsupportedAlgorithm',
      `The reply’s digest ${algorithmId} is refused.`,
    );
  }
  const { algorithmId } = signerInfo.signatureAlgorithm;
  if (algorithmId !== oids.rsaEncryption && algorithmId !== digest.withRsa) {
    const message = `The reply’s signature algorithm ${algorithmId} is refused.`;
    throw new ScepClientError('unsupportedAlgorithm', message);
  }
  if (!signerInfo.signedAttrs)
    throw createMalformed('The reply has no signed attributes (RFC 8894 3.2).');
  // pkijs keeps the received bytes, with the tag of SET OF.
  const received = new Uint8Array(signerInfo.signedAttrs.encodedValue);
  return { digest: digest.name, encodings: listSignedEncodings(received) };
}

function readAttributes(signerInfo: pkijs.SignerInfo): ReadonlyMap<string, asn1js.BaseBlock> {
  const attributes = new Map<string, asn1js.BaseBlock>();
  for (const { type, values } of signerInfo.signedAttrs?.attributes ?? []) {
    const [value, ...others] = values;
    if (attributes.has(type)) throw createMalformed(`The reply has the attribute ${type} twice.`);
    if (!value || others.length > 0)
      throw createMalformed(`The attribute ${type} does not have exactly one value.`);
    attributes.set(type, value as asn1js.BaseBlock);
  }
  return attributes;
}

function checkContent(
  attributes: ReadonlyMap<string, asn1js.BaseBlock>,
  content: Uint8Array | undefined,
  digest: string,
): void {
  const contentType = attributes.get(oids.contentType);
  const type = contentType instanceof asn1js.ObjectIdentifier && contentType.getValue();
  if (type !== oids.data)
    throw createMalformed('The contentType attribute is missing or not data.');
  const claimed = attributes.get(oids.messageDigest);
  const expected = createHash(digest)
    .update(content ?? new Uint8Array())
    .digest();
  if (
    !(claimed instanceof asn1js.OctetString) ||
    !expected.equals(Buffer.from(claimed.getValue()))
  ) {
    throw createUntrusted('The messageDigest attribute is not the digest of the content.');
  }
}

function readContent({ encapContentInfo }: pkijs.SignedData): Uint8Array | undefined {
  const { eContent } = encapContentInfo;
  if (eContent === undefined) return undefined;
  if (eContent instanceof asn1js.OctetString) return new Uint8Array(eContent.getValue());
  throw createMalformed('The reply’s content is not an OCTET STRING.');
}

/** Whether a CMS identifier (issuer and serial, or subject key identifier) names a certificate. */
export function isNamedBy(certificate: X509Certificate, id: unknown): boolean {
  const parsed = pkijs.Certificate.fromBER(toArrayBuffer(certificate.raw));
  if (id instanceof pkijs.IssuerAndSerialNumber) {
    return parsed.issuer.isEqual(id.issuer) && parsed.serialNumber.isEqual(id.serialNumber);
  }
  const extension = parsed.extensions?.find(({ extnID }) => extnID === oids.subjectKeyIdentifier);
  const keyId = extension?.parsedValue;
  const isKeyId = id instanceof asn1js.OctetString || id instanceof asn1js.Primitive;
  if (!isKeyId || !(keyId instanceof asn1js.OctetString)) return false;
  return Buffer.compare(id.valueBlock.valueHexView, keyId.valueBlock.valueHexView) === 0;
}

function createMalformed(message: string, cause?: unknown): ScepClientError {
  return new ScepClientError('malformedReply', message, { cause });
}

function createUntrusted(message: string): ScepClientError {
  return new ScepClientError('untrustedReply', message);
}

/**
 * Reads a PKCS#10 request (RFC 2986) as the CA does: subject, key, alternative names, and its
 * signature.
 */
import { createPublicKey, verify } from 'node:crypto';
import { AwsError } from '../aws-service.ts';
import { csrSignatureHashes } from './algorithms.ts';
import { decodeOid, type Element, readAll, readChildren, readOnly, tags } from './der.ts';
import { type Extension, extensionIds } from './extensions.ts';

/** The parts of a request, as DER. */
export interface CertificateRequest {
  readonly subject: Buffer;
  readonly spki: Buffer;
  readonly subjectAlternativeName: Extension | undefined;
}

/**
 * Reads a PEM request. Refuses an invalid request, and one that its own key did not sign, with
 * `MalformedCSRException`.
 */
export const readCertificateRequest = (pem: string): CertificateRequest => {
  try {
    return read(decodePem(pem));
  } catch (cause) {
    if (cause instanceof AwsError) throw cause;
    throw new AwsError('MalformedCSRException', 'The certificate signing request is invalid.');
  }
};

const decodePem = (pem: string): Buffer => {
  const label =
    /^-----BEGIN (NEW )?CERTIFICATE REQUEST-----\s([A-Za-z0-9+/=\s]+)-----END \1?CERTIFICATE REQUEST-----\s*$/;
  const match = label.exec(pem.trim());
  if (!match?.[2]) throw new Error('not PEM');
  return Buffer.from(match[2], 'base64');
};

const read = (der: Buffer): CertificateRequest => {
  const [info, algorithm, signature] = readChildren(der, tags.sequence);
  if (!info || !algorithm || signature?.tag !== tags.bitString) throw new Error('not PKCS#10');
  const [version, subject, spki, attributes] = readChildren(info.raw, tags.sequence);
  // RFC 2986 section 4.1: attributes can be empty but not absent. Readers in Go and Python refuse a
  // request without them. The behaviour of ACM PCA is not documented, so the emulator refuses too,
  // which is the safe assumption.
  const isWhole = version?.tag === tags.integer && subject?.tag === tags.sequence && spki;
  if (!isWhole || attributes?.tag !== tags.attributes) throw new Error('not PKCS#10');
  checkSignature(info, algorithm, signature, spki);
  return {
    subject: subject.raw,
    spki: spki.raw,
    subjectAlternativeName: findAlternativeName(attributes),
  };
};

const checkSignature = (
  info: Element,
  algorithm: Element,
  signature: Element,
  spki: Element,
): void => {
  const id = readChildren(algorithm.raw, tags.sequence)[0];
  const hash = csrSignatureHashes[id ? decodeOid(id.content) : ''];
  const key = createPublicKey({ key: spki.raw, format: 'der', type: 'spki' });
  // A BIT STRING begins with the number of unused bits, which is zero for a signature.
  if (!hash || !verify(hash, info.raw, key, signature.content.subarray(1))) {
    throw new AwsError('MalformedCSRException', 'The signature of the request does not verify');
  }
};

const extensionRequest = '1.2.840.113549.1.9.14';

const findAlternativeName = (attributes: Element): Extension | undefined => {
  for (const attribute of readAll(attributes.content)) {
    const [id, values] = readAll(attribute.content);
    if (!id || !values || decodeOid(id.content) !== extensionRequest) continue;
    const extensions = readChildren(readOnly(values.raw, tags.set).content, tags.sequence);
    return extensions
      .map(readExtension)
      .find(({ id }) => id === extensionIds.subjectAlternativeName);
  }
  return undefined;
};

const readExtension = (extension: Element): Extension => {
  const [id, ...rest] = readAll(extension.content);
  const value = rest.at(-1);
  if (!id || value?.tag !== tags.octetString) throw new Error('not an extension');
  const critical = rest.length > 1 && rest[0]?.content[0] === 0xff;
  return { id: decodeOid(id.content), critical, value: value.content };
};

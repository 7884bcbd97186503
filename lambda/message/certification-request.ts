/**
 * Reads the structure of a PKCS#10 (RFC 2986). After that, self-signature.ts verifies its
 * signature, and enrolment.ts reads its requests.
 */
import type { KeyObject } from 'node:crypto';
import type { PublicKey } from '../asn1/public-key.ts';
import { type Node, read } from '../asn1/read.ts';
import { tags, toContextTag } from '../asn1/tags.ts';
import { expect, readBits, readElements, readOid } from '../asn1/values.ts';
import { readPublicKey } from './certificate.ts';

/** A CSR whose signature is not verified. All octets are DER as received. */
export interface CertificationRequest extends PublicKey {
  readonly der: Uint8Array;
  /** The CertificationRequestInfo: the signed part, from which the enrolmentId is derived. */
  readonly info: Uint8Array;
  readonly subject: Node;
  readonly attributes: readonly Node[];
  readonly signatureOid: string;
  readonly signatureParameters?: Node;
  readonly signature: Uint8Array;
}

/**
 * Reads a CSR; throws `Malformed`. Any version is accepted, because Apple sends 2, and PKCS#10 has
 * only 0. `known` is a key that was read before.
 */
export function readCertificationRequest(der: Uint8Array, known?: PublicKey): CertificationRequest {
  const root = read(der);
  const [info, algorithm, signature] = readElements(root, tags.sequence, 'CertificationRequest');
  const [signatureOid, parameters] = readElements(algorithm, tags.sequence, 'algorithm');
  const [version, subject, key, attributes] = readElements(info, tags.sequence, 'requestInfo');
  expect(version, tags.integer, 'version');
  const subjectPublicKeyInfo = expect(key, tags.sequence, 'subjectPKInfo').bytes;
  if (attributes !== undefined) expect(attributes, toContextTag(0, 'constructed'), 'attributes');
  return {
    der: root.bytes,
    info: expect(info, tags.sequence, 'requestInfo').bytes,
    subject: expect(subject, tags.sequence, 'subject'),
    subjectPublicKeyInfo,
    publicKey: readKey(subjectPublicKeyInfo, known),
    attributes: attributes?.children ?? [],
    signatureOid: readOid(signatureOid, 'algorithm'),
    ...(parameters && { signatureParameters: parameters }),
    signature: readBits(signature, 'signature'),
  };
}

/** The CSR's key is usually the signer's key, and creating a key object takes 40 us (measured). */
const readKey = (subjectPublicKeyInfo: Uint8Array, known?: PublicKey): KeyObject =>
  known && Buffer.compare(known.subjectPublicKeyInfo, subjectPublicKeyInfo) === 0
    ? known.publicKey
    : readPublicKey(subjectPublicKeyInfo);

/** Every value of an attribute, however often the attribute is repeated. Throws `Malformed`. */
export const readAttributeValues = (
  { attributes }: CertificationRequest,
  id: string,
): readonly Node[] =>
  attributes.flatMap((attribute) => {
    const [type, values] = readElements(attribute, tags.sequence, 'Attribute');
    return readOid(type, 'attributeType') === id ? readElements(values, tags.set, 'values') : [];
  });

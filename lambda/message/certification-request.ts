/**
 * PKCS#10 (RFC 2986): its structure. self-signature.ts verifies its signature; enrolment.ts reads
 * what it requests, after that.
 */
import type { KeyObject } from 'node:crypto';
import type { PublicKey } from '../asn1/public-key.ts';
import { type Node, read } from '../asn1/read.ts';
import { tags, toContextTag } from '../asn1/tags.ts';
import { expect, readBits, readElements, readOid } from '../asn1/values.ts';
import { readPublicKey } from './certificate.ts';

export interface CertificationRequest extends PublicKey {
  readonly der: Uint8Array;
  /** CertificationRequestInfo: what is signed, and what names an enrolment. */
  readonly info: Uint8Array;
  readonly subject: Node;
  readonly attributes: readonly Node[];
  readonly signatureOid: string;
  readonly signatureParameters?: Node;
  readonly signature: Uint8Array;
}

/**
 * Reads the structure; throws `Malformed`. The version may be anything: Apple sends 2 where PKCS#10
 * has only 0. `known`: a key that was read before.
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
    publicKey: keyOf(subjectPublicKeyInfo, known),
    attributes: attributes?.children ?? [],
    signatureOid: readOid(signatureOid, 'algorithm'),
    ...(parameters && { signatureParameters: parameters }),
    signature: readBits(signature, 'signature'),
  };
}

/**
 * The signer's key is the CSR's as a rule, and making a key object of it costs 40 us (measured).
 */
const keyOf = (subjectPublicKeyInfo: Uint8Array, known?: PublicKey): KeyObject =>
  known && Buffer.compare(known.subjectPublicKeyInfo, subjectPublicKeyInfo) === 0
    ? known.publicKey
    : readPublicKey(subjectPublicKeyInfo);

/** PKCS#10 (RFC 2986): its structure and its self-signature. What it asks for is read in enrolment.ts, after that. */
import { type KeyObject, verify } from 'node:crypto';
import { type PublicKey, rsaNumbersOf } from '../asn1/public-key.ts';
import { type Node, read } from '../asn1/read.ts';
import { context, tags } from '../asn1/tags.ts';
import { bitsOf, elements, expect, oidOf } from '../asn1/values.ts';
import { digestOfSignature } from './algorithms.ts';
import { hasShortExponent, publicKeyOf } from './certificate.ts';

export interface CertificationRequest extends PublicKey {
  readonly der: Uint8Array;
  /** CertificationRequestInfo: what is signed, and what names an enrolment. */
  readonly info: Uint8Array;
  readonly subject: Node;
  readonly attributes: readonly Node[];
  readonly signatureOid: string;
  readonly signature: Uint8Array;
}

/**
 * Reads the structure; throws `Malformed`. The version may be anything: Apple sends 2 where PKCS#10 has only 0. `known`: a key that was
 * read before.
 */
export function readCertificationRequest(der: Uint8Array, known?: PublicKey): CertificationRequest {
  const root = read(der);
  const [info, algorithm, signature] = elements(root, tags.sequence, 'CertificationRequest');
  const [version, subject, key, attributes] = elements(info, tags.sequence, 'requestInfo');
  expect(version, tags.integer, 'version');
  const subjectPublicKeyInfo = expect(key, tags.sequence, 'subjectPKInfo').bytes;
  if (attributes !== undefined) expect(attributes, context(0, 'constructed'), 'attributes');
  return {
    der: root.bytes,
    info: expect(info, tags.sequence, 'requestInfo').bytes,
    subject: expect(subject, tags.sequence, 'subject'),
    subjectPublicKeyInfo,
    publicKey: keyOf(subjectPublicKeyInfo, known),
    attributes: attributes?.children ?? [],
    signatureOid: oidOf(elements(algorithm, tags.sequence, 'algorithm')[0], 'algorithm'),
    signature: bitsOf(signature, 'signature'),
  };
}

/** The signer's key is the CSR's as a rule, and making a key object of it costs 40 us (measured). */
const keyOf = (subjectPublicKeyInfo: Uint8Array, known?: PublicKey): KeyObject =>
  known && Buffer.compare(known.subjectPublicKeyInfo, subjectPublicKeyInfo) === 0
    ? known.publicKey
    : publicKeyOf(subjectPublicKeyInfo);

/**
 * Whether the requester holds the key it asks a certificate for (Q-14: its only proof). RSA alone, as the signer's key
 * has to be the same; SHA-1 is taken here whatever the switches say, because a refusal of its own would be an oracle.
 */
export function selfSignatureHolds(request: CertificationRequest): boolean {
  const digest = digestOfSignature(request.signatureOid);
  const numbers = rsaNumbersOf(request);
  if (digest === undefined || numbers === undefined || !hasShortExponent(numbers)) return false;
  return verify(digest.nodeName, request.info, request.publicKey, request.signature);
}

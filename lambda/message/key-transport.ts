/**
 * The key transport algorithm of a recipient: PKCS#1 v1.5, or OAEP as Windows (empty parameters:
 * SHA-1) and others send it.
 */
import { Malformed, type Node } from '../asn1/read.ts';
import { tags, toContextTag } from '../asn1/tags.ts';
import { readElements, readOctets, readOid } from '../asn1/values.ts';
import { Refusal } from '../core/errors.ts';
import { formatAlgorithm } from './algorithm-names.ts';
import {
  type Digest,
  digests,
  type KeyTransport,
  mgf1,
  pSpecified,
  rsaEncryption,
  rsaesOaep,
  sha1,
} from './algorithms.ts';

/**
 * Reads a KeyEncryptionAlgorithmIdentifier; throws `Refusal('UnsupportedAlgorithm')` for anything
 * but these two. OAEP's SHA-1 needs no switch: it hashes a label, and no forgery is known or feared
 * there.
 */
export function readKeyTransport(algorithm: Node | undefined): KeyTransport {
  const [id, parameters] = readElements(algorithm, tags.sequence, 'keyEncryptionAlgorithm');
  const oid = readOid(id, 'keyEncryptionAlgorithm');
  if (oid === rsaEncryption) return { scheme: 'pkcs1' };
  if (oid === rsaesOaep) return { scheme: 'oaep', digest: oaepDigest(parameters) };
  throw new Refusal('UnsupportedAlgorithm', formatAlgorithm(oid));
}

/**
 * RFC 4055 section 4.1: hash [0], mask generation [1], label source [2], each with SHA-1 or empty
 * as its default.
 */
function oaepDigest(parameters: Node | undefined): Digest {
  const fields = parameters?.tag === tags.sequence ? parameters.children : [];
  const field = (number: number): Node | undefined =>
    fields.find(({ tag }) => tag === toContextTag(number, 'constructed'))?.children[0];
  const hash = digestOf(field(0));
  const mask = field(1);
  const maskHash = mask === undefined ? sha1 : maskDigest(mask);
  // OpenSSL through Node takes one digest for both, and nobody was seen to mix them or to send a
  // label.
  if (hash.oid !== maskHash.oid || !emptyLabel(field(2)))
    throw new Refusal('UnsupportedAlgorithm', 'RSAES-OAEP parameters');
  return hash;
}

function maskDigest(mask: Node): Digest {
  const [id, hash] = readElements(mask, tags.sequence, 'maskGenAlgorithm');
  if (readOid(id, 'maskGenAlgorithm') !== mgf1)
    throw new Refusal('UnsupportedAlgorithm', 'RSAES-OAEP parameters');
  return digestOf(hash);
}

function digestOf(algorithm: Node | undefined): Digest {
  if (algorithm === undefined) return sha1;
  const oid = readOid(readElements(algorithm, tags.sequence, 'hash')[0], 'hash');
  const digest = digests.get(oid);
  if (digest === undefined) throw new Refusal('UnsupportedAlgorithm', formatAlgorithm(oid));
  return digest;
}

/** CVE-2026-28390 was a missing parameter here: what is not there is malformed, never a crash. */
function emptyLabel(source: Node | undefined): boolean {
  if (source === undefined) return true;
  const [id, label] = readElements(source, tags.sequence, 'pSourceAlgorithm');
  if (label === undefined) throw new Malformed('pSourceAlgorithm');
  return readOid(id, 'pSourceAlgorithm') === pSpecified && readOctets(label, 'label').length === 0;
}

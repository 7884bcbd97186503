/**
 * Reads the key transport algorithm of a recipient: PKCS#1 v1.5, or OAEP. Windows sends OAEP with
 * empty parameters, which mean SHA-1.
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
 * Reads a KeyEncryptionAlgorithmIdentifier. Throws `Refusal('UnsupportedAlgorithm')` for any other
 * algorithm, and `Malformed`. SHA-1 in OAEP needs no quirk, because it hashes a label only, and no
 * attack on that is known.
 */
export function readKeyTransport(algorithm: Node | undefined): KeyTransport {
  const [id, parameters] = readElements(algorithm, tags.sequence, 'keyEncryptionAlgorithm');
  const oid = readOid(id, 'keyEncryptionAlgorithm');
  if (oid === rsaEncryption) return { scheme: 'pkcs1' };
  if (oid === rsaesOaep) return { scheme: 'oaep', digest: readOaepDigest(parameters) };
  throw new Refusal('UnsupportedAlgorithm', formatAlgorithm(oid));
}

/**
 * Reads the parameters of RFC 4055 section 4.1: hash [0], mask generation [1] and label source [2].
 * Their defaults are SHA-1, MGF1 with SHA-1, and an empty label.
 */
function readOaepDigest(parameters: Node | undefined): Digest {
  const fields = parameters?.tag === tags.sequence ? parameters.children : [];
  const field = (number: number): Node | undefined =>
    fields.find(({ tag }) => tag === toContextTag(number, 'constructed'))?.children[0];
  const hash = readDigest(field(0));
  const mask = field(1);
  const maskHash = mask === undefined ? sha1 : readMaskDigest(mask);
  // Node passes one digest for both to OpenSSL. No known client mixes digests or sends a label.
  if (hash.oid !== maskHash.oid || !isEmptyLabel(field(2)))
    throw new Refusal('UnsupportedAlgorithm', 'RSAES-OAEP parameters');
  return hash;
}

function readMaskDigest(mask: Node): Digest {
  const [id, hash] = readElements(mask, tags.sequence, 'maskGenAlgorithm');
  if (readOid(id, 'maskGenAlgorithm') !== mgf1)
    throw new Refusal('UnsupportedAlgorithm', 'RSAES-OAEP parameters');
  return readDigest(hash);
}

function readDigest(algorithm: Node | undefined): Digest {
  if (algorithm === undefined) return sha1;
  const oid = readOid(readElements(algorithm, tags.sequence, 'hash')[0], 'hash');
  const digest = digests.get(oid);
  if (digest === undefined) throw new Refusal('UnsupportedAlgorithm', formatAlgorithm(oid));
  return digest;
}

/** Throws `Malformed` for a missing parameter, which crashed OpenSSL (CVE-2026-28390). */
function isEmptyLabel(source: Node | undefined): boolean {
  if (source === undefined) return true;
  const [id, label] = readElements(source, tags.sequence, 'pSourceAlgorithm');
  if (label === undefined) throw new Malformed('pSourceAlgorithm');
  return readOid(id, 'pSourceAlgorithm') === pSpecified && readOctets(label, 'label').length === 0;
}

/**
 * The keys and signatures that the local ACM PCA knows. PSS, ML-DSA and SM2 exist in AWS and are
 * refused here.
 */
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { encodeOid } from '../../../der/write.ts';
import { AwsError } from '../aws-service.ts';
import { encodeSequence, nothing } from './der.ts';

export type KeyFamily = 'RSA' | 'EC';

/**
 * A `SigningAlgorithm` of the API: its key family, its hash in node:crypto's words, its
 * AlgorithmIdentifier.
 */
export interface SigningAlgorithm {
  readonly family: KeyFamily;
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  readonly identifier: Buffer;
}

const rsa = (hash: SigningAlgorithm['hash'], id: string): SigningAlgorithm => ({
  family: 'RSA',
  hash,
  identifier: encodeSequence(encodeOid(id), nothing),
});

// RFC 5758 3.2: the parameters of ecdsa-with-SHA* are absent, those of sha*WithRSA are NULL.
const ecdsa = (hash: SigningAlgorithm['hash'], id: string): SigningAlgorithm => ({
  family: 'EC',
  hash,
  identifier: encodeSequence(encodeOid(id)),
});

const signingAlgorithms: Readonly<Record<string, SigningAlgorithm>> = {
  SHA256WITHRSA: rsa('sha256', '1.2.840.113549.1.1.11'),
  SHA384WITHRSA: rsa('sha384', '1.2.840.113549.1.1.12'),
  SHA512WITHRSA: rsa('sha512', '1.2.840.113549.1.1.13'),
  SHA256WITHECDSA: ecdsa('sha256', '1.2.840.10045.4.3.2'),
  SHA384WITHECDSA: ecdsa('sha384', '1.2.840.10045.4.3.3'),
  SHA512WITHECDSA: ecdsa('sha512', '1.2.840.10045.4.3.4'),
};

/** The algorithm of that name; refuses one that is not modelled. */
export const readSigningAlgorithm = (name: string): SigningAlgorithm => {
  const algorithm = Object.hasOwn(signingAlgorithms, name) ? signingAlgorithms[name] : undefined;
  if (algorithm) return algorithm;
  throw new AwsError('InvalidArgsException', `The local CA cannot sign with ${name}`);
};

/**
 * The hash of each signature algorithm a CSR may be signed with, by OID. SHA-1: old devices sign
 * with nothing else.
 */
export const csrSignatureHashes: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.1.5': 'sha1',
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};

const generate = promisify(generateKeyPair);

const generators: Readonly<
  Record<string, () => Promise<{ privateKey: import('node:crypto').KeyObject }>>
> = {
  RSA_2048: () => generate('rsa', { modulusLength: 2048 }),
  RSA_3072: () => generate('rsa', { modulusLength: 3072 }),
  RSA_4096: () => generate('rsa', { modulusLength: 4096 }),
  EC_prime256v1: () => generate('ec', { namedCurve: 'prime256v1' }),
  EC_secp384r1: () => generate('ec', { namedCurve: 'secp384r1' }),
  EC_secp521r1: () => generate('ec', { namedCurve: 'secp521r1' }),
};

/** A new private key of that `KeyAlgorithm`, as PKCS#8 PEM; refuses one that is not modelled. */
export const generateKeyPem = async (keyAlgorithm: string): Promise<string> => {
  const make = Object.hasOwn(generators, keyAlgorithm) ? generators[keyAlgorithm] : undefined;
  if (!make)
    throw new AwsError('InvalidArgsException', `The local CA cannot hold a key ${keyAlgorithm}`);
  const { privateKey } = await make();
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};

/** The family of a `KeyAlgorithm` name. */
export const readKeyFamily = (keyAlgorithm: string): KeyFamily =>
  keyAlgorithm.startsWith('RSA_') ? 'RSA' : 'EC';

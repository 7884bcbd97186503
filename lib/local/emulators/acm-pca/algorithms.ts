/**
 * The key and signature algorithms of the local ACM PCA. AWS also has PSS, ML-DSA and SM2, which
 * are refused here.
 */
import { generateKeyPair } from 'node:crypto';
import { promisify } from 'node:util';
import { encodeOid } from '../../../der/write.ts';
import { AwsError } from '../aws-service.ts';
import { encodeSequence, nothing } from './der.ts';

export type KeyFamily = 'RSA' | 'EC';

/**
 * A `SigningAlgorithm` of the API: its key family, its hash as named by node:crypto, and its
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

// RFC 5758 section 3.2: ecdsa-with-SHA* has no parameters, while sha*WithRSA has NULL.
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

/** Finds a signing algorithm by its name. Refuses one that is not modelled. */
export const readSigningAlgorithm = (name: string): SigningAlgorithm => {
  const algorithm = Object.hasOwn(signingAlgorithms, name) ? signingAlgorithms[name] : undefined;
  if (algorithm) return algorithm;
  throw new AwsError('InvalidArgsException', `The local CA cannot sign with ${name}`);
};

/**
 * The hash of each accepted CSR signature algorithm, by OID. SHA-1 is accepted, since old devices
 * sign with nothing else.
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

/** Generates a private key as PKCS#8 PEM. Refuses a `KeyAlgorithm` that is not modelled. */
export const generateKeyPem = async (keyAlgorithm: string): Promise<string> => {
  const make = Object.hasOwn(generators, keyAlgorithm) ? generators[keyAlgorithm] : undefined;
  if (!make)
    throw new AwsError(
      'InvalidArgsException',
      `The local CA cannot create a key of type ${keyAlgorithm}`,
    );
  const { privateKey } = await make();
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
};

/** Returns the family of a `KeyAlgorithm`. */
export const readKeyFamily = (keyAlgorithm: string): KeyFamily =>
  keyAlgorithm.startsWith('RSA_') ? 'RSA' : 'EC';

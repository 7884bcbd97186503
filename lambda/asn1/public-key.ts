import { createPublicKey, type KeyObject } from 'node:crypto';
import { Malformed, type Node, read } from './read.ts';
import { tags } from './tags.ts';
import { expect, readBits, readElements } from './values.ts';

/**
 * Creates the key of a SubjectPublicKeyInfo. Throws the error of OpenSSL for a key that OpenSSL
 * refuses. The key is passed as PEM. Node takes 18 us for a string, and 51 us for an object with
 * DER, because it tries two classes of keys first (measured on Node 24.21).
 */
export const createPublicKeyFromDer = (subjectPublicKeyInfo: Uint8Array): KeyObject =>
  createPublicKey(
    `-----BEGIN PUBLIC KEY-----\n${toBase64(subjectPublicKeyInfo)}\n-----END PUBLIC KEY-----\n`,
  );

/** A public key, and the SubjectPublicKeyInfo that it was read from. */
export interface PublicKey {
  readonly subjectPublicKeyInfo: Uint8Array;
  readonly publicKey: KeyObject;
}

/** The size of an RSA public key. */
export interface RsaNumbers {
  readonly modulusBits: number;
  readonly exponent: bigint;
}

/**
 * The size of an RSA public key; undefined for a key of another kind. Node takes 20 us to make
 * `asymmetricKeyDetails`, and this function takes 4 us (measured). Node reads the keys that OpenSSL
 * accepts and this reader does not.
 */
export function readRsaNumbers(key: PublicKey): RsaNumbers | undefined {
  const { publicKey } = key;
  const known = numbersByKey.get(publicKey);
  if (known !== undefined || publicKey.asymmetricKeyType !== 'rsa') return known;
  const numbers = readNumbers(key);
  numbersByKey.set(publicKey, numbers);
  return numbers;
}

/** One request reads its key's size three times. */
const numbersByKey = new WeakMap<KeyObject, RsaNumbers>();

function readNumbers({ subjectPublicKeyInfo, publicKey }: PublicKey): RsaNumbers {
  try {
    return parseNumbers(subjectPublicKeyInfo);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const { modulusLength = 0, publicExponent = 0n } = publicKey.asymmetricKeyDetails ?? {};
    return { modulusBits: modulusLength, exponent: publicExponent };
  }
}

/** Reads an RSAPublicKey (RFC 8017 A.1.1); throws `Malformed`. */
function parseNumbers(subjectPublicKeyInfo: Uint8Array): RsaNumbers {
  const [, bits] = readElements(read(subjectPublicKeyInfo), tags.sequence, 'spki');
  const key = read(readBits(bits, 'subjectPublicKey'));
  const [modulus, exponent] = readElements(key, tags.sequence, 'RSAPublicKey');
  return {
    modulusBits: countBits(readIntegerOctets(modulus)),
    exponent: toUnsigned(readIntegerOctets(exponent)),
  };
}

/** OpenSSL reads both numbers as unsigned, so the first octet can have its highest bit set. */
const readIntegerOctets = (number: Node | undefined): Uint8Array =>
  expect(number, tags.integer, 'RSAPublicKey').content;

function countBits(octets: Uint8Array): number {
  const first = octets.findIndex((octet) => octet !== 0);
  return first < 0 ? 0 : (octets.length - first) * 8 + 24 - Math.clz32(octets[first] ?? 0);
}

const toUnsigned = (octets: Uint8Array): bigint =>
  BigInt(`0x0${Buffer.from(octets).toString('hex')}`);

const toBase64 = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

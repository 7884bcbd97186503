import { createPublicKey, type KeyObject } from 'node:crypto';
import { Malformed, type Node, read } from './read.ts';
import { tags } from './tags.ts';
import { expect, readBits, readElements } from './values.ts';

/**
 * The key of a SubjectPublicKeyInfo, decided by OpenSSL; throws what OpenSSL refuses. As PEM,
 * because Node takes 18 us for a string and 51 us for an object that holds DER: it tries two
 * classes of keys on the object first (measured on Node 24.21).
 */
export const createPublicKeyFromDer = (subjectPublicKeyInfo: Uint8Array): KeyObject =>
  createPublicKey(
    `-----BEGIN PUBLIC KEY-----\n${base64(subjectPublicKeyInfo)}\n-----END PUBLIC KEY-----\n`,
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
 * `asymmetricKeyDetails`, this takes 4 us (measured). What OpenSSL reads and we do not is left to
 * Node.
 */
export function readRsaNumbers(key: PublicKey): RsaNumbers | undefined {
  const { publicKey } = key;
  const known = numbersOf.get(publicKey);
  if (known !== undefined || publicKey.asymmetricKeyType !== 'rsa') return known;
  const numbers = readNumbers(key);
  numbersOf.set(publicKey, numbers);
  return numbers;
}

/** A request's key is looked at three times. */
const numbersOf = new WeakMap<KeyObject, RsaNumbers>();

function readNumbers({ subjectPublicKeyInfo, publicKey }: PublicKey): RsaNumbers {
  try {
    return numbersIn(subjectPublicKeyInfo);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const { modulusLength = 0, publicExponent = 0n } = publicKey.asymmetricKeyDetails ?? {};
    return { modulusBits: modulusLength, exponent: publicExponent };
  }
}

/** RSAPublicKey (RFC 8017 A.1.1). */
function numbersIn(subjectPublicKeyInfo: Uint8Array): RsaNumbers {
  const [, bits] = readElements(read(subjectPublicKeyInfo), tags.sequence, 'spki');
  const key = read(readBits(bits, 'subjectPublicKey'));
  const [modulus, exponent] = readElements(key, tags.sequence, 'RSAPublicKey');
  return { modulusBits: bitsIn(octetsOf(modulus)), exponent: unsignedOf(octetsOf(exponent)) };
}

/** OpenSSL reads both numbers without a sign, so the first octet may have its highest bit set. */
const octetsOf = (number: Node | undefined): Uint8Array =>
  expect(number, tags.integer, 'RSAPublicKey').content;

function bitsIn(octets: Uint8Array): number {
  const first = octets.findIndex((octet) => octet !== 0);
  return first < 0 ? 0 : (octets.length - first) * 8 + 24 - Math.clz32(octets[first] ?? 0);
}

const unsignedOf = (octets: Uint8Array): bigint =>
  BigInt(`0x0${Buffer.from(octets).toString('hex')}`);

const base64 = ({ buffer, byteOffset, byteLength }: Uint8Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64');

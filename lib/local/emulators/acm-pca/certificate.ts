/** A version 3 certificate (RFC 5280 4.1), composed and signed. */
import { createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { encodeTime } from '../../../der/write.ts';
import type { SigningAlgorithm } from './algorithms.ts';
import { encodeBitString, encodeExplicit, encodeInteger, encodeSequence } from './der.ts';
import { type Extension, encodeExtensions } from './extensions.ts';

/** Everything a certificate says; names and keys as DER. */
export interface CertificateContent {
  readonly serial: Buffer;
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly spki: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Extension[];
}

/** Gives so many octets; seeded in tests. */
export type RandomOctets = (count: number) => Uint8Array;

/**
 * Sixteen octets, the first not zero, so that its hexadecimal form has always 32 digits. Half of
 * them have the high bit set, as ACM PCA's 128 random bits have: their INTEGER begins with an octet
 * 00, which is no part of the number.
 */
export const makeSerial = (random: RandomOctets = randomBytes): Buffer => {
  const serial = Buffer.from(random(16));
  const [first = 0] = serial;
  serial[0] = first === 0 ? 0x80 : first;
  return serial;
};

/** Signs the content and gives the certificate as PEM. */
export const signCertificate = (
  content: CertificateContent,
  algorithm: SigningAlgorithm,
  privateKey: KeyObject,
): string => {
  const tbs = encodeSequence(
    encodeExplicit(0, encodeInteger(Buffer.from([2]))),
    encodeInteger(content.serial),
    algorithm.identifier,
    content.issuer,
    encodeSequence(encodeTime(content.notBefore), encodeTime(content.notAfter)),
    content.subject,
    content.spki,
    encodeExplicit(3, encodeExtensions(content.extensions)),
  );
  const signature = sign(algorithm.hash, tbs, privateKey);
  return pem('CERTIFICATE', encodeSequence(tbs, algorithm.identifier, encodeBitString(signature)));
};

/**
 * A PKCS#10 request of the CA itself, for its certificate to be made from
 * (`CertificateSigningRequest`).
 */
export const signRequest = (
  subject: Buffer,
  spki: Buffer,
  algorithm: SigningAlgorithm,
  privateKey: KeyObject,
): string => {
  const info = encodeSequence(encodeInteger(Buffer.from([0])), subject, spki, encodeExplicit(0));
  const signature = sign(algorithm.hash, info, privateKey);
  return pem(
    'CERTIFICATE REQUEST',
    encodeSequence(info, algorithm.identifier, encodeBitString(signature)),
  );
};

/** PEM of DER, in lines of 64 characters. */
const pem = (label: string, der: Buffer): string => {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
};

const keys = new Map<string, KeyObject>();

/** The key object of a PEM; kept, since parsing one costs as much as a signature. */
export const readPrivateKey = (keyPem: string): KeyObject => {
  const known = keys.get(keyPem);
  if (known) return known;
  const key = createPrivateKey(keyPem);
  keys.set(keyPem, key);
  return key;
};

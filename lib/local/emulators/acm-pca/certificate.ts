/** A version 3 certificate (RFC 5280 4.1), composed and signed. */
import { createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { SigningAlgorithm } from './algorithms.ts';
import { bitString, explicit, integer, sequence, time } from './der.ts';
import { type Extension, extensionList } from './extensions.ts';

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
  const tbs = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(content.serial),
    algorithm.identifier,
    content.issuer,
    sequence(time(content.notBefore), time(content.notAfter)),
    content.subject,
    content.spki,
    explicit(3, extensionList(content.extensions)),
  );
  const signature = sign(algorithm.hash, tbs, privateKey);
  return pem('CERTIFICATE', sequence(tbs, algorithm.identifier, bitString(signature)));
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
  const info = sequence(integer(Buffer.from([0])), subject, spki, explicit(0));
  const signature = sign(algorithm.hash, info, privateKey);
  return pem('CERTIFICATE REQUEST', sequence(info, algorithm.identifier, bitString(signature)));
};

/** PEM of DER, in lines of 64 characters. */
const pem = (label: string, der: Buffer): string => {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
};

const keys = new Map<string, KeyObject>();

/** The key object of a PEM; kept, since parsing one costs as much as a signature. */
export const privateKeyOf = (keyPem: string): KeyObject => {
  const known = keys.get(keyPem);
  if (known) return known;
  const key = createPrivateKey(keyPem);
  keys.set(keyPem, key);
  return key;
};

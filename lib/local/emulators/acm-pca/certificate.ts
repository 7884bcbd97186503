/** Composes and signs version 3 certificates (RFC 5280 section 4.1). */
import { createPrivateKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { encodeTime } from '../../../der/write.ts';
import type { SigningAlgorithm } from './algorithms.ts';
import { encodeBitString, encodeExplicit, encodeInteger, encodeSequence } from './der.ts';
import { type Extension, encodeExtensions } from './extensions.ts';

/** The content of a certificate. Names and keys are DER. */
export interface CertificateContent {
  readonly serial: Buffer;
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly spki: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Extension[];
}

/** Returns `count` random octets; seeded in tests. */
export type RandomOctets = (count: number) => Uint8Array;

/**
 * Creates a serial number of 16 octets. The first octet is not zero, so the hexadecimal form always
 * has 32 digits. Half of the serial numbers have the high bit set, as with ACM PCA's 128 random
 * bits. Their INTEGER begins with an octet 00, which is not part of the number.
 */
export const makeSerial = (random: RandomOctets = randomBytes): Buffer => {
  const serial = Buffer.from(random(16));
  const [first = 0] = serial;
  serial[0] = first === 0 ? 0x80 : first;
  return serial;
};

/** Signs the content and returns the certificate as PEM. */
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
  return encodePem(
    'CERTIFICATE',
    encodeSequence(tbs, algorithm.identifier, encodeBitString(signature)),
  );
};

/**
 * Creates the PKCS#10 request of the CA itself (`CertificateSigningRequest`), from which its
 * certificate is issued.
 */
export const signRequest = (
  subject: Buffer,
  spki: Buffer,
  algorithm: SigningAlgorithm,
  privateKey: KeyObject,
): string => {
  const info = encodeSequence(encodeInteger(Buffer.from([0])), subject, spki, encodeExplicit(0));
  const signature = sign(algorithm.hash, info, privateKey);
  return encodePem(
    'CERTIFICATE REQUEST',
    encodeSequence(info, algorithm.identifier, encodeBitString(signature)),
  );
};

/** Encodes DER as PEM, in lines of 64 characters. */
const encodePem = (label: string, der: Buffer): string => {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
};

const keys = new Map<string, KeyObject>();

/** Returns the key object of a PEM. It is cached, since parsing takes as long as signing. */
export const readPrivateKey = (keyPem: string): KeyObject => {
  const known = keys.get(keyPem);
  if (known) return known;
  const key = createPrivateKey(keyPem);
  keys.set(keyPem, key);
  return key;
};

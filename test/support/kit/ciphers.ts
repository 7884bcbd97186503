import { createCipheriv, randomBytes } from 'node:crypto';
import { concat } from './der.ts';

interface CipherRow {
  readonly oid: string;
  /** The node:crypto cipher that computes it. */
  readonly computedBy: string;
  readonly keyBytes: number;
  readonly ivBytes: number;
}

/** A content cipher of the kit. Single DES is here to be refused. */
export type CipherName = 'aes128' | 'aes192' | 'aes256' | 'des3' | 'des';

/** What each content cipher is called, and its key and IV lengths in bytes. */
export const ciphers: Readonly<Record<CipherName, CipherRow>> = {
  aes128: row('2.16.840.1.101.3.4.1.2', 'aes-128-cbc', 16, 16),
  aes192: row('2.16.840.1.101.3.4.1.22', 'aes-192-cbc', 24, 16),
  aes256: row('2.16.840.1.101.3.4.1.42', 'aes-256-cbc', 32, 16),
  des3: row('1.2.840.113549.3.7', 'des-ede3-cbc', 24, 8),
  des: row('1.3.14.3.2.7', 'des-ede3-cbc', 8, 8),
};

/**
 * Encrypts with PKCS#7 padding, or, `padded: false`, whole blocks that the caller padded himself.
 */
export function encryptContent(
  plain: Uint8Array,
  with_: { cipher: CipherName; key: Uint8Array; iv: Uint8Array; padded?: boolean },
): Uint8Array {
  const { computedBy } = ciphers[with_.cipher];
  // OpenSSL 3 has no single DES, but DES is 3DES with the same key three times.
  const key = with_.cipher === 'des' ? concat(with_.key, with_.key, with_.key) : with_.key;
  const cipher = createCipheriv(computedBy, key, with_.iv);
  cipher.setAutoPadding(with_.padded ?? true);
  return concat(cipher.update(plain), cipher.final());
}

/** A random content key of the right length. */
export const randomKey = (cipher: CipherName) =>
  new Uint8Array(randomBytes(ciphers[cipher].keyBytes));

/** A random IV of the right length. */
export const randomIv = (cipher: CipherName) =>
  new Uint8Array(randomBytes(ciphers[cipher].ivBytes));

function row(oid: string, computedBy: string, keyBytes: number, ivBytes: number): CipherRow {
  return { oid, computedBy, keyBytes, ivBytes };
}

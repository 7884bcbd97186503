/**
 * The algorithms of messages, one row each. Every other algorithm is refused with badAlg. RFC 8894
 * section 2.9 forbids MD5 and single DES. No known SCEP client sends AES-GCM, and iOS does not
 * support RSASSA-PSS.
 */
import type { Quirks } from './quirks.ts';

/** The quirks that allow an algorithm. */
type AlgorithmQuirk = keyof Pick<Quirks, 'sha1' | 'tripleDes'>;

/** A message digest: its OID, its name in OpenSSL, and the OID of RSA signatures over it. */
export interface Digest {
  readonly oid: string;
  readonly nodeName: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly rsaSignatureOid: string;
  /** Omitted if the algorithm is always allowed. */
  readonly needs?: AlgorithmQuirk;
}

/** A content encryption algorithm in CBC mode, with lengths in octets. */
export interface Cipher {
  readonly oid: string;
  readonly nodeName: string;
  readonly keyLength: number;
  readonly blockLength: number;
  /** Omitted if the algorithm is always allowed. */
  readonly needs?: AlgorithmQuirk;
}

const indexByOid = <Row extends { oid: string }>(rows: readonly Row[]): ReadonlyMap<string, Row> =>
  new Map(rows.map((row) => [row.oid, row]));

export const sha256: Digest = {
  oid: '2.16.840.1.101.3.4.2.1',
  nodeName: 'sha256',
  rsaSignatureOid: '1.2.840.113549.1.1.11',
};

export const sha1: Digest = {
  oid: '1.3.14.3.2.26',
  nodeName: 'sha1',
  rsaSignatureOid: '1.2.840.113549.1.1.5',
  needs: 'sha1',
};

export const digests = indexByOid<Digest>([
  sha256,
  { oid: '2.16.840.1.101.3.4.2.2', nodeName: 'sha384', rsaSignatureOid: '1.2.840.113549.1.1.12' },
  { oid: '2.16.840.1.101.3.4.2.3', nodeName: 'sha512', rsaSignatureOid: '1.2.840.113549.1.1.13' },
  sha1,
]);

export const aes128: Cipher = {
  oid: '2.16.840.1.101.3.4.1.2',
  nodeName: 'aes-128-cbc',
  keyLength: 16,
  blockLength: 16,
};

export const ciphers = indexByOid<Cipher>([
  aes128,
  { oid: '2.16.840.1.101.3.4.1.22', nodeName: 'aes-192-cbc', keyLength: 24, blockLength: 16 },
  { oid: '2.16.840.1.101.3.4.1.42', nodeName: 'aes-256-cbc', keyLength: 32, blockLength: 16 },
  {
    oid: '1.2.840.113549.3.7',
    nodeName: 'des-ede3-cbc',
    keyLength: 24,
    blockLength: 8,
    needs: 'tripleDes',
  },
]);

export const rsaEncryption = '1.2.840.113549.1.1.1';
export const rsaesOaep = '1.2.840.113549.1.1.7';
export const mgf1 = '1.2.840.113549.1.1.8';
export const pSpecified = '1.2.840.113549.1.1.9';

/**
 * The encryption of the content key: PKCS#1 v1.5, or OAEP with one digest for both label and MGF1.
 */
export type KeyTransport =
  | { readonly scheme: 'pkcs1' }
  | { readonly scheme: 'oaep'; readonly digest: Digest };

/**
 * Whether the quirks of the connector allow an algorithm. Algorithms that need no quirk are always
 * allowed.
 */
export const isAllowed = (row: { readonly needs?: AlgorithmQuirk }, quirks: Quirks): boolean =>
  row.needs === undefined || quirks[row.needs];

/**
 * The digest of an RSA signature algorithm; undefined for `rsaEncryption` and for unknown
 * algorithms.
 */
export const findSignatureDigest = (signatureOid: string): Digest | undefined =>
  [...digests.values()].find((digest) => digest.rsaSignatureOid === signatureOid);

/** The object identifiers of a SCEP message (RFC 8894 3.2.1, RFC 5652, PKCS#9). */
export const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  challengePassword: '1.2.840.113549.1.9.7',
  extensionRequest: '1.2.840.113549.1.9.14',
  messageType: '2.16.840.1.113733.1.9.2',
  pkiStatus: '2.16.840.1.113733.1.9.3',
  failInfo: '2.16.840.1.113733.1.9.4',
  senderNonce: '2.16.840.1.113733.1.9.5',
  recipientNonce: '2.16.840.1.113733.1.9.6',
  transactionId: '2.16.840.1.113733.1.9.7',
  failInfoText: '1.3.6.1.5.5.7.24.1',
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsaesOaep: '1.2.840.113549.1.1.7',
  mgf1: '1.2.840.113549.1.1.8',
  keyUsage: '2.5.29.15',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  windowsOsVersion: '1.3.6.1.4.1.311.13.2.3',
  windowsRequestClient: '1.3.6.1.4.1.311.21.20',
  subjectKeyIdentifier: '2.5.29.14',
  subjectAltName: '2.5.29.17',
} as const;

interface DigestRow {
  /** The name in node:crypto. */
  readonly name: string;
  /** The OID of its signature algorithm with RSA. */
  readonly withRsa: string;
  /** Accepted only if the caller allows legacy algorithms. */
  readonly legacy: boolean;
}

/** The accepted digests of replies, by OID. MD5 is not accepted (RFC 8894 2.9). */
export const digests: ReadonlyMap<string, DigestRow> = new Map([
  ['1.3.14.3.2.26', { name: 'sha1', withRsa: '1.2.840.113549.1.1.5', legacy: true }],
  ['2.16.840.1.101.3.4.2.1', { name: 'sha256', withRsa: '1.2.840.113549.1.1.11', legacy: false }],
  ['2.16.840.1.101.3.4.2.2', { name: 'sha384', withRsa: '1.2.840.113549.1.1.12', legacy: false }],
  ['2.16.840.1.101.3.4.2.3', { name: 'sha512', withRsa: '1.2.840.113549.1.1.13', legacy: false }],
]);

interface CipherRow {
  readonly name: string;
  readonly keyBytes: number;
  readonly legacy: boolean;
}

/** The accepted content ciphers of replies, by OID. Single DES is not accepted (RFC 8894 2.9). */
export const ciphers: ReadonlyMap<string, CipherRow> = new Map([
  ['2.16.840.1.101.3.4.1.2', { name: 'aes-128-cbc', keyBytes: 16, legacy: false }],
  ['2.16.840.1.101.3.4.1.22', { name: 'aes-192-cbc', keyBytes: 24, legacy: false }],
  ['2.16.840.1.101.3.4.1.42', { name: 'aes-256-cbc', keyBytes: 32, legacy: false }],
  ['1.2.840.113549.3.7', { name: 'des-ede3-cbc', keyBytes: 24, legacy: true }],
]);

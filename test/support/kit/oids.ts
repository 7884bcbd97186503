import type { KeyObject } from 'node:crypto';
import { asnNull, oid, sequence } from './der.ts';

/** Object identifiers of CMS, PKCS#9, X.509 and SCEP that messages and their hostile kin need. */
export const oids = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  signingTime: '1.2.840.113549.1.9.5',
  challengePassword: '1.2.840.113549.1.9.7',
  extensionRequest: '1.2.840.113549.1.9.14',
  messageType: '2.16.840.1.113733.1.9.2',
  pkiStatus: '2.16.840.1.113733.1.9.3',
  failInfo: '2.16.840.1.113733.1.9.4',
  failInfoText: '1.3.6.1.5.5.7.24.1',
  senderNonce: '2.16.840.1.113733.1.9.5',
  recipientNonce: '2.16.840.1.113733.1.9.6',
  transactionId: '2.16.840.1.113733.1.9.7',
  legacyExtensionRequest: '2.16.840.1.113733.1.9.8',
  rsaEncryption: '1.2.840.113549.1.1.1',
  md5WithRsa: '1.2.840.113549.1.1.4',
  sha1WithRsa: '1.2.840.113549.1.1.5',
  sha224WithRsa: '1.2.840.113549.1.1.14',
  rsassaPss: '1.2.840.113549.1.1.10',
  rsaesOaep: '1.2.840.113549.1.1.7',
  mgf1: '1.2.840.113549.1.1.8',
  sha256WithRsa: '1.2.840.113549.1.1.11',
  sha384WithRsa: '1.2.840.113549.1.1.12',
  sha512WithRsa: '1.2.840.113549.1.1.13',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
} as const;

/** A digest by its node:crypto name. md5 and sha224 are here to be refused. */
export type Digest = 'md5' | 'sha224' | 'sha1' | 'sha256' | 'sha384' | 'sha512';

interface DigestRow {
  readonly oid: string;
  readonly withRsa: string;
}

/** OIDs of each digest, alone and with an RSA signature. */
export const digests: Readonly<Record<Digest, DigestRow>> = {
  md5: { oid: '1.2.840.113549.2.5', withRsa: oids.md5WithRsa },
  sha224: { oid: '2.16.840.1.101.3.4.2.4', withRsa: oids.sha224WithRsa },
  sha1: { oid: '1.3.14.3.2.26', withRsa: oids.sha1WithRsa },
  sha256: { oid: '2.16.840.1.101.3.4.2.1', withRsa: oids.sha256WithRsa },
  sha384: { oid: '2.16.840.1.101.3.4.2.2', withRsa: oids.sha384WithRsa },
  sha512: { oid: '2.16.840.1.101.3.4.2.3', withRsa: oids.sha512WithRsa },
};

/**
 * An AlgorithmIdentifier with NULL parameters, as every RSA algorithm and most digests are sent.
 */
export const algorithm = (dotted: string, parameters: Uint8Array = asnNull()) =>
  sequence(oid(dotted), parameters);

/** The signature AlgorithmIdentifier that fits a key: RSA with a digest, or ECDSA with SHA-256. */
export function signatureAlgorithm(key: KeyObject, digest: Digest): Uint8Array {
  if (key.asymmetricKeyType === 'ec') return sequence(oid(oids.ecdsaWithSha256));
  return algorithm(digests[digest].withRsa);
}

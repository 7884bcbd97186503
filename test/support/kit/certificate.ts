import { type KeyObject, randomBytes, sign } from 'node:crypto';
import { bitString, integer, nothing, sequence, tagged, time } from './der.ts';
import { type Digest, signatureAlgorithm } from './oids.ts';

/** What a certificate says; only subject, public key and signing key are needed. */
export interface CertificateOptions {
  /** An encoded Name (see name()). */
  readonly subject: Uint8Array;
  /** An encoded Name; the subject itself when absent (self-signed). */
  readonly issuer?: Uint8Array;
  readonly spki: Uint8Array;
  readonly signingKey: KeyObject;
  readonly serial?: Uint8Array;
  /** 1 leaves version and extensions out, as certmonger's signer certificate is. */
  readonly version?: 1 | 3;
  /** Encoded Extensions, in order. */
  readonly extensions?: readonly Uint8Array[];
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly digest?: Digest;
}

const dayMilliseconds = 86_400_000;

/** A certificate in DER, valid from yesterday for a week unless told otherwise. */
export function buildCertificate(options: CertificateOptions): Uint8Array {
  const { subject, issuer = subject, version = 3, digest = 'sha256' } = options;
  const notBefore = options.notBefore ?? new Date(Date.now() - dayMilliseconds);
  const notAfter = options.notAfter ?? new Date(Date.now() + 7 * dayMilliseconds);
  const extensions = options.extensions ?? [];
  const algorithm = signatureAlgorithm(options.signingKey, digest);
  const body = sequence(
    version === 3 ? tagged(0, integer(2)) : nothing(),
    integer(options.serial ?? randomSerial()),
    algorithm,
    issuer,
    sequence(time(notBefore), time(notAfter)),
    subject,
    options.spki,
    version === 3 && extensions.length > 0 ? tagged(3, sequence(...extensions)) : nothing(),
  );
  return sequence(body, algorithm, bitString(sign(digest, body, options.signingKey)));
}

/** A positive serial number of 16 bytes, without a leading zero octet. */
function randomSerial(): Uint8Array {
  const bytes = new Uint8Array(randomBytes(16));
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f);
  return bytes;
}

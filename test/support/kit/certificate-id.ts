import { X509Certificate } from 'node:crypto';
import { integer, sequence } from './der.ts';
import { children } from './elements.ts';
import { keyIdentifier } from './extensions.ts';

/** What CMS needs of a certificate to name it. */
export interface CertificateId {
  readonly issuerAndSerial: Uint8Array;
  readonly subjectKeyId: Uint8Array;
}

/**
 * Reads the issuer and serial straight from the certificate's bytes (so that they are named byte
 * for byte), and computes the key identifier from its key.
 */
export function certificateId(certificate: Uint8Array): CertificateId {
  const spki = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  const fields = children(children(certificate)[0] ?? certificate);
  const first = fields[0]?.[0] === 0xa0 ? 1 : 0;
  const serial = fields[first] ?? integer(0);
  const issuer = fields[first + 2] ?? sequence();
  return { issuerAndSerial: sequence(issuer, serial), subjectKeyId: keyIdentifier(spki) };
}

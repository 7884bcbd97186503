/**
 * GetCACert of the server that Apple's own client is tested against (2008): the CA first, then its
 * RA. Keys have 1024 bits, and signatures SHA-1. The RA's basicConstraints say that it is a CA; its
 * keyUsage shows that it is not.
 */
import { buildCertificate } from '../certificate.ts';
import { basicConstraints, keyUsage } from '../extensions.ts';
import { rsaKey } from '../keys.ts';
import { cn, name } from '../names.ts';
import { certificateBag } from '../signed-data.ts';

const named = (commonName: string) => name({ type: 'O', value: 'ACME' }, cn(commonName));

/** Builds the answer to GetCACert. */
export function buildAppleTestCaCertificates(): Uint8Array {
  const ca = rsaKey(1024, 'apple-test-ca');
  const ra = rsaKey(1024, 'apple-test-ra');
  const caCertificate = buildCertificate({
    subject: named('Test CA'),
    spki: ca.spki,
    signingKey: ca.privateKey,
    digest: 'sha1',
    serial: Uint8Array.of(1),
    extensions: [basicConstraints(true), keyUsage(['digitalSignature', 'keyCertSign', 'cRLSign'])],
  });
  const raCertificate = buildCertificate({
    subject: named('Test SCEP RA'),
    issuer: named('Test CA'),
    spki: ra.spki,
    signingKey: ca.privateKey,
    digest: 'sha1',
    serial: Uint8Array.of(100),
    extensions: [basicConstraints(true), keyUsage(['digitalSignature', 'keyEncipherment'])],
  });
  return certificateBag(caCertificate, raCertificate);
}

import type { KeyObject } from 'node:crypto';
import { buildCertificate, type CertificateOptions } from './certificate.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  keyIdentifier,
  keyUsage,
  subjectKeyIdentifier,
} from './extensions.ts';
import { rsaKey } from './keys.ts';
import { cn, name } from './names.ts';

/** A CA and the RA it certified: certificates in DER, keys as node:crypto objects. */
export interface TestRa {
  readonly caCertificate: Uint8Array;
  readonly caKey: KeyObject;
  /** The CA's encoded Name. */
  readonly caName: Uint8Array;
  readonly raCertificate: Uint8Array;
  readonly raKey: KeyObject;
}

const tenYearsMilliseconds = 3650 * 86_400_000;

const made = new Map<string, TestRa>();

/**
 * An RSA-2048 CA with an RA (critical digitalSignature + keyEncipherment), one per name and
 * process.
 */
export function testRa(label = 'test'): TestRa {
  const known = made.get(label);
  if (known) return known;
  const ra = makeRa(label);
  made.set(label, ra);
  return ra;
}

/** A certificate that a test CA issues to a key: a device's, or another RA's. */
export function issuedBy(
  { caKey, caName }: Pick<TestRa, 'caKey' | 'caName'>,
  device: Pick<
    CertificateOptions,
    'subject' | 'spki' | 'serial' | 'extensions' | 'notBefore' | 'notAfter'
  >,
): Uint8Array {
  return buildCertificate({ ...device, issuer: caName, signingKey: caKey });
}

function makeRa(label: string): TestRa {
  const ca = rsaKey(2048, `${label}-ca`);
  const ra = rsaKey(2048, `${label}-ra`);
  const caName = name(cn(`${label} CA`));
  const caKeyId = keyIdentifier(ca.spki);
  const caCertificate = buildCertificate({
    subject: caName,
    spki: ca.spki,
    signingKey: ca.privateKey,
    // No certificate outlives its CA, and tests pass a year and more.
    notAfter: new Date(Date.now() + tenYearsMilliseconds),
    extensions: [
      basicConstraints(true),
      keyUsage(['digitalSignature', 'keyCertSign', 'cRLSign']),
      subjectKeyIdentifier(caKeyId),
    ],
  });
  const issuing = { caKey: ca.privateKey, caName };
  const raCertificate = issuedBy(issuing, {
    subject: name(cn(`${label} RA`)),
    spki: ra.spki,
    extensions: [
      keyUsage(['digitalSignature', 'keyEncipherment']),
      subjectKeyIdentifier(keyIdentifier(ra.spki)),
      authorityKeyIdentifier(caKeyId),
    ],
  });
  return { ...issuing, caCertificate, raCertificate, raKey: ra.privateKey };
}

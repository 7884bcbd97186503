/** What the CAs behind MSCEP and NDES have in common: addresses, serial numbers, SHA-1. */
import { buildCertificate, type CertificateOptions } from '../certificate.ts';
import {
  authorityKeyIdentifier,
  type KeyUsage,
  keyIdentifier,
  keyUsage,
  subjectKeyIdentifier,
} from '../extensions.ts';
import type { TestKey } from '../keys.ts';

/** Where the CAs publish; Microsoft's CA names its directory first. */
export const addresses = {
  ldap: 'ldap:///CN=CA?cACertificate?base',
  crl: 'http://pki.example/ca.crl',
  issuer: 'http://pki.example/ca.cer',
  ocsp: 'http://ocsp.example',
} as const;

/** A CA: its name and its key. */
export interface Issuer {
  readonly name: Uint8Array;
  readonly key: TestKey;
}

/** A keyUsage that is not critical, as Microsoft's CA writes it for leaves and roots. */
export const notCriticalUsage = (...usages: readonly KeyUsage[]) => keyUsage(usages, false);

/** A subjectKeyIdentifier of a key. */
export const keyIdOf = ({ spki }: TestKey) => subjectKeyIdentifier(keyIdentifier(spki));

/** An authorityKeyIdentifier of a key. */
export const authorityIdOf = ({ spki }: TestKey) => authorityKeyIdentifier(keyIdentifier(spki));

/** A serial number of 10 octets, as Microsoft's CA wrote them before 2012. */
export const leafSerial = (first: number) => Uint8Array.of(first, ...new Uint8Array(9).fill(1));

const rootSerial = Uint8Array.of(0x7a, ...new Uint8Array(15).fill(2));

/** Issues a certificate, signed with SHA-1. */
export const issue = (
  by: Issuer,
  key: TestKey,
  options: Omit<CertificateOptions, 'issuer' | 'spki' | 'signingKey' | 'digest'>,
): Uint8Array =>
  buildCertificate({
    ...options,
    issuer: by.name,
    spki: key.spki,
    signingKey: by.key.privateKey,
    digest: 'sha1',
  });

/** Issues a root's own certificate, with a serial number of 16 octets. */
export const selfSign = (
  { name, key }: Issuer,
  options: Pick<CertificateOptions, 'extensions' | 'notAfter'>,
): Uint8Array => issue({ name, key }, key, { ...options, subject: name, serial: rootSerial });

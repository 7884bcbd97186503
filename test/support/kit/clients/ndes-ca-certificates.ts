/**
 * GetCACert of two of Microsoft's NDES servers (2011), which Apple's own client is tested with. It
 * is MSCEP's with RA keys of 2048 bits; each server has an order of extensions of its own.
 */
import {
  authorityInformationAccess,
  basicConstraints,
  certificatePolicies,
  crlDistributionPoints,
  extendedKeyUsage,
  type KeyUsage,
  keyIdentifier,
  practiceStatement,
  userNotice,
} from '../extensions.ts';
import { rsaKey } from '../keys.ts';
import { certificateBag } from '../signed-data.ts';
import { directoryName } from './directory-name.ts';
import {
  addresses,
  authorityIdOf,
  type Issuer,
  issue,
  keyIdOf,
  leafSerial,
  notCriticalUsage,
  selfSign,
} from './microsoft-ca.ts';
import {
  caVersion,
  previousCaCertificate,
  requestAgent,
  sMimeCapabilities,
  templateName,
} from './microsoft-extensions.ts';

const in2050 = new Date('2050-08-25T23:43:14Z');

/** What NDES says that its RA can decrypt: RC2, RC4, AES-CBC and AES wrap, DES, 3DES. */
const ndesCapabilities = sMimeCapabilities(
  ['1.2.840.113549.3.2', 128],
  ['1.2.840.113549.3.4', 128],
  ['2.16.840.1.101.3.4.1.42'],
  ['2.16.840.1.101.3.4.1.45'],
  ['2.16.840.1.101.3.4.1.2'],
  ['2.16.840.1.101.3.4.1.5'],
  ['1.3.14.3.2.7'],
  ['1.2.840.113549.3.7'],
);

const ndesRoot = (publicExponent: number): Issuer => ({
  name: directoryName(['C', 'US'], ['O', 'Example'], ['OU', 'Example CAs'], ['CN', 'Example Root']),
  key: rsaKey(2048, 'ndes-root', publicExponent),
});
const ndesCa = (): Issuer => ({
  name: directoryName(['C', 'US'], ['O', 'Example'], ['OU', 'Example CAs'], ['CN', 'Example CA 2']),
  key: rsaKey(2048, 'ndes-issuing-ca'),
});
const ndesRa = (commonName: string) =>
  directoryName(
    ['C', 'US'],
    ['O', 'Example'],
    ['OU', 'PKI'],
    ['CN', commonName],
    ['E', 'support@example.com'],
  );
const agentKey = () => rsaKey(2048, 'ndes-agent');
const encryptionKey = () => rsaKey(2048, 'ndes-encryption');

const policies = (...texts: readonly string[]) =>
  certificatePolicies(
    ...texts.map((text, index) => ({
      oid: `1.3.6.1.4.1.99999.${index}`,
      qualifiers: [userNotice(text), practiceStatement('http://pki.example/policies')],
    })),
  );
const leafAccess = () => [
  crlDistributionPoints(addresses.crl),
  authorityInformationAccess(['caIssuers', addresses.issuer], ['ocsp', addresses.ocsp]),
];

/**
 * Builds the answer of an NDES that starts with subjectKeyIdentifier and ends with the template's
 * name. The root has the public exponent 3. The CA has four OCSP responders, and a keyUsage that
 * allows everything but keyAgreement.
 */
export function buildNdesCaCertificates(): Uint8Array {
  const root = ndesRoot(3);
  const ca = ndesCa();
  const subject = ndesRa('NDES-RA');
  const end = (template: string) => [
    authorityIdOf(ca.key),
    ...leafAccess(),
    templateName(template),
    extendedKeyUsage(requestAgent),
  ];
  return certificateBag(
    issue(ca, agentKey(), {
      subject,
      serial: leafSerial(0x61),
      extensions: [
        keyIdOf(agentKey()),
        notCriticalUsage('digitalSignature'),
        ...end('EnrollmentAgentOffline'),
      ],
    }),
    issue(ca, encryptionKey(), {
      subject,
      serial: leafSerial(0x62),
      extensions: [
        ndesCapabilities,
        keyIdOf(encryptionKey()),
        notCriticalUsage('keyEncipherment'),
        ...end('CEPEncryption'),
      ],
    }),
    selfSign(root, {
      extensions: [
        notCriticalUsage('digitalSignature', 'keyCertSign', 'cRLSign'),
        basicConstraints(true),
        keyIdOf(root.key),
        caVersion(0),
        policies('Certificate Policy', 'Infrastructure Policy'),
      ],
    }),
    issue(root, ca.key, {
      subject: ca.name,
      serial: leafSerial(0x63),
      extensions: [
        keyIdOf(ca.key),
        notCriticalUsage(
          'digitalSignature',
          'nonRepudiation',
          'keyEncipherment',
          'dataEncipherment',
          'keyCertSign',
          'cRLSign',
        ),
        authorityIdOf(root.key),
        crlDistributionPoints(addresses.crl, addresses.crl, addresses.crl, addresses.crl),
        authorityInformationAccess(
          ...Array.from({ length: 4 }, () => ['ocsp', addresses.ocsp] as const),
          ...Array.from({ length: 4 }, () => ['caIssuers', addresses.issuer] as const),
        ),
        basicConstraints(true, 0),
      ],
    }),
  );
}

/**
 * Builds the answer of an NDES that starts with the template's name. Its CA was renewed three times
 * and ends in 2050, in GeneralizedTime.
 */
export function buildNdesRenewedCaCertificates(): Uint8Array {
  const root = ndesRoot(0x10001);
  const ca = ndesCa();
  const subject = ndesRa('NDES-RENEWED-RA');
  const start = (template: string, usage: KeyUsage) => [
    templateName(template),
    notCriticalUsage(usage),
    extendedKeyUsage(requestAgent),
  ];
  return certificateBag(
    issue(ca, agentKey(), {
      subject,
      serial: leafSerial(0x61),
      extensions: [
        ...start('EnrollmentAgentOffline', 'digitalSignature'),
        keyIdOf(agentKey()),
        authorityIdOf(ca.key),
        ...leafAccess(),
      ],
    }),
    issue(ca, encryptionKey(), {
      subject,
      serial: leafSerial(0x62),
      extensions: [
        ...start('CEPEncryption', 'keyEncipherment'),
        ndesCapabilities,
        keyIdOf(encryptionKey()),
        authorityIdOf(ca.key),
        ...leafAccess(),
      ],
    }),
    selfSign(root, {
      notAfter: in2050,
      extensions: [
        notCriticalUsage('digitalSignature', 'keyCertSign', 'cRLSign'),
        basicConstraints(true),
        keyIdOf(root.key),
        caVersion(0),
        policies('Certificate Policy', 'Infrastructure Policy'),
      ],
    }),
    issue(root, ca.key, {
      subject: ca.name,
      serial: leafSerial(0x63),
      notAfter: in2050,
      extensions: [
        basicConstraints(true),
        keyIdOf(ca.key),
        notCriticalUsage('digitalSignature', 'keyCertSign', 'cRLSign'),
        caVersion(0x20003),
        previousCaCertificate(keyIdentifier(root.key.spki)),
        templateName('SubCA'),
        authorityIdOf(root.key),
        crlDistributionPoints(addresses.crl),
        authorityInformationAccess(['ocsp', addresses.ocsp], ['caIssuers', addresses.issuer]),
      ],
    }),
  );
}

/**
 * GetCACert of two of Microsoft's MSCEP servers (2009, 2010), which Apple's own client is tested
 * with.
 *
 * It has two RA certificates of one name, which come first: EnrollmentAgentOffline signs,
 * CEPEncryption decrypts. Microsoft's extensions tell them apart, as does keyUsage, which is not
 * critical. SHA-1 everywhere, and RA keys of 1024 bits.
 */
import {
  authorityInformationAccess,
  basicConstraints,
  crlDistributionPoints,
  extendedKeyUsage,
  keyUsage,
} from '../extensions.ts';
import { rsaKey, type TestKey } from '../keys.ts';
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
  requestAgent,
  sMimeCapabilities,
  templateName,
} from './microsoft-extensions.ts';

/** Both RA certificates of MSCEP, which differ from server to server in the number of CRLs only. */
function mscepRas(by: Issuer, subject: Uint8Array, crls: readonly string[]): readonly Uint8Array[] {
  const agent = rsaKey(1024, 'mscep-agent');
  const encryption = rsaKey(1024, 'mscep-encryption');
  const rest = (key: TestKey) => [
    keyIdOf(key),
    authorityIdOf(by.key),
    crlDistributionPoints(...crls),
    authorityInformationAccess(['caIssuers', addresses.ldap], ['caIssuers', addresses.issuer]),
  ];
  return [
    issue(by, agent, {
      subject,
      serial: leafSerial(0x61),
      extensions: [
        notCriticalUsage('digitalSignature'),
        extendedKeyUsage(requestAgent),
        templateName('EnrollmentAgentOffline'),
        ...rest(agent),
      ],
    }),
    issue(by, encryption, {
      subject,
      serial: leafSerial(0x62),
      extensions: [
        notCriticalUsage('keyEncipherment'),
        // RC2 and RC4 with 56 bits, and DES.
        sMimeCapabilities(['1.2.840.113549.3.2', 56], ['1.2.840.113549.3.4', 56], ['1.3.14.3.2.7']),
        extendedKeyUsage(requestAgent),
        templateName('CEPEncryption'),
        ...rest(encryption),
      ],
    }),
  ];
}

/** Builds the answer of an MSCEP whose CA is a root. */
export function buildMscepCaCertificates(): Uint8Array {
  const root = {
    name: directoryName(['DC', 'com'], ['DC', 'example'], ['CN', 'ca.example.com']),
    key: rsaKey(2048, 'mscep-root'),
  };
  const subject = directoryName(
    ['C', 'US'],
    ['ST', 'CA'],
    ['L', 'Cupertino'],
    ['O', 'Example'],
    ['OU', 'QA'],
    ['CN', 'MSCEP-RA'],
    ['E', 'admin@example.com'],
  );
  const rootCertificate = selfSign(root, {
    extensions: [
      notCriticalUsage('digitalSignature', 'keyCertSign', 'cRLSign'),
      basicConstraints(true),
      keyIdOf(root.key),
      crlDistributionPoints(addresses.ldap, addresses.crl),
      caVersion(0),
    ],
  });
  return certificateBag(
    ...mscepRas(root, subject, [addresses.ldap, addresses.crl]),
    rootCertificate,
  );
}

/** Builds the answer of an MSCEP with an issuing CA. The root's certificate comes before it. */
export function buildMscepChainCertificates(): Uint8Array {
  const root = {
    name: directoryName(['C', 'DE'], ['O', 'Example'], ['CN', 'Example Root CA']),
    key: rsaKey(2048, 'mscep-root'),
  };
  const ca = {
    name: directoryName(
      ['DC', 'corp'],
      ['DC', 'example'],
      ['DC', 'europe'],
      ['CN', 'Example Issuing CA'],
    ),
    key: rsaKey(2048, 'mscep-ca'),
  };
  const subject = directoryName(
    ['C', 'DE'],
    ['ST', 'Bavaria'],
    ['L', 'Munich'],
    ['O', 'Example'],
    ['CN', 'MSCEP-CHAIN-RA'],
    ['E', 'admin@example.com'],
  );
  const rootCertificate = selfSign(root, {
    extensions: [
      templateName('CA'),
      notCriticalUsage('digitalSignature', 'keyCertSign', 'cRLSign'),
      basicConstraints(true),
      keyIdOf(root.key),
      caVersion(0),
    ],
  });
  const caCertificate = issue(root, ca.key, {
    subject: ca.name,
    serial: leafSerial(0x63),
    extensions: [
      basicConstraints(true),
      keyIdOf(ca.key),
      keyUsage(['keyCertSign', 'cRLSign']),
      caVersion(0),
      templateName('SubCA'),
      authorityIdOf(root.key),
      crlDistributionPoints(addresses.ldap, addresses.crl),
      authorityInformationAccess(['caIssuers', addresses.ldap], ['caIssuers', addresses.issuer]),
    ],
  });
  const ras = mscepRas(ca, subject, [addresses.ldap, addresses.ldap, addresses.crl]);
  return certificateBag(...ras, rootCertificate, caCertificate);
}

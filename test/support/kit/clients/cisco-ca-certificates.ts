/**
 * GetCACert of Cisco's SCEP service for trusted devices (2021), which Apple's own client is tested
 * with: the RA's certificate, its CA, and the root.
 *
 * It is BER: every length outside the certificates is indefinite. The CA's serial number has nine
 * octets, the RA's twenty. CA and root end in 2052, in GeneralizedTime.
 */
import { buildCertificate } from '../certificate.ts';
import { indefinite, integer, oid, setAsGiven } from '../der.ts';
import {
  authorityInformationAccess,
  authorityKeyIdentifier,
  basicConstraints,
  certificatePolicies,
  crlDistributionPoints,
  keyIdentifier,
  keyUsage,
  practiceStatement,
  subjectKeyIdentifier,
} from '../extensions.ts';
import { largeKey, rsaKey } from '../keys.ts';
import { cn, name } from '../names.ts';
import { oids } from '../oids.ts';
import { directoryName } from './directory-name.ts';

const rootKey = largeKey;
const caKey = () => rsaKey(2048, 'cisco-ca');
const rootName = directoryName(['OU', 'Example'], ['O', 'Example'], ['CN', 'Devices Root CA']);
const caName = directoryName(['O', 'Example'], ['OU', 'Example'], ['CN', 'Devices SubCA']);
const in2052 = new Date('2052-03-13T19:18:33Z');
const ocsp = 'http://ocsp.example';
const crl = 'http://crl.example/ca.crl';

const rootCertificate = () =>
  buildCertificate({
    subject: rootName,
    spki: rootKey().spki,
    signingKey: rootKey().privateKey,
    serial: Uint8Array.of(11, ...new Uint8Array(8)),
    notAfter: in2052,
    extensions: [
      keyUsage(['keyCertSign', 'cRLSign']),
      basicConstraints(true),
      subjectKeyIdentifier(keyIdentifier(rootKey().spki)),
    ],
  });

const caCertificate = () =>
  buildCertificate({
    subject: caName,
    issuer: rootName,
    spki: caKey().spki,
    signingKey: rootKey().privateKey,
    serial: Uint8Array.of(10, ...new Uint8Array(8)),
    notAfter: in2052,
    extensions: [
      keyUsage(['keyCertSign', 'cRLSign']),
      basicConstraints(true, 0),
      authorityInformationAccess(['caIssuers', 'https://www.example/ca.cer'], ['ocsp', ocsp]),
      authorityKeyIdentifier(keyIdentifier(rootKey().spki)),
      certificatePolicies({
        oid: '1.3.6.1.4.1.99999.1',
        qualifiers: [practiceStatement('http://www.example/policies')],
      }),
      crlDistributionPoints(crl),
      subjectKeyIdentifier(keyIdentifier(caKey().spki)),
    ],
  });

function raCertificate(): Uint8Array {
  const { spki } = rsaKey(2048, 'cisco-ra');
  return buildCertificate({
    subject: name(
      { type: 'C', value: 'US', as: 'printable' },
      { type: 'O', value: 'Example Systems' },
      { type: 'OU', value: 'SCEP API' },
      cn('Devices SCEP RA'),
    ),
    issuer: caName,
    spki,
    signingKey: caKey().privateKey,
    serial: Uint8Array.of(14, ...new Uint8Array(19)),
    extensions: [
      basicConstraints(false),
      authorityKeyIdentifier(keyIdentifier(caKey().spki)),
      authorityInformationAccess(['ocsp', ocsp]),
      crlDistributionPoints(crl),
      subjectKeyIdentifier(keyIdentifier(spki)),
      keyUsage(['digitalSignature', 'keyEncipherment']),
    ],
  });
}

/** Builds the answer to GetCACert. The RA's certificate comes first. */
export const buildCiscoCaCertificates = (): Uint8Array =>
  indefinite(
    0x30,
    oid(oids.signedData),
    indefinite(
      0xa0,
      indefinite(
        0x30,
        integer(1),
        setAsGiven(),
        indefinite(0x30, oid(oids.data)),
        indefinite(0xa0, raCertificate(), caCertificate(), rootCertificate()),
        setAsGiven(),
      ),
    ),
  );

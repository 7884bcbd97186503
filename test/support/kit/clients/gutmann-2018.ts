/**
 * The reference implementation of RFC 8894's author (cryptlib, January 2018), while the RFC was a
 * draft: the three layers of a request, and of its reply, each on its own.
 *
 * Every key has 1536 bits. transactionID and challengePassword are letters and digits in groups of
 * five. The signed attributes have a randomNonce of PKCS#9 (1.2.840.113549.1.9.25.3) beside SCEP's
 * own. The reply has no senderNonce.
 */
import { randomBytes } from 'node:crypto';
import { certRep } from '../cert-rep.ts';
import { buildCertificate, type CertificateOptions } from '../certificate.ts';
import { buildCsr } from '../csr.ts';
import { octetString } from '../der.ts';
import { buildEnvelope } from '../envelope.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  generalName,
  keyIdentifier,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from '../extensions.ts';
import { rsaKey } from '../keys.ts';
import { algorithm, oids } from '../oids.ts';
import { type BuiltPkcsReq, pkcsReq } from '../pkcs-req.ts';
import {
  type EditAttributes,
  more,
  otherAttribute,
  signingTime,
  without,
} from '../signed-attributes.ts';
import { certificateBag } from '../signed-data.ts';
import { directoryName } from './directory-name.ts';

const key = (name: string) => rsaKey(1536, `gutmann-${name}`);
const organisation = (...[unit, commonName]: readonly [string, string]) =>
  directoryName(['C', 'NZ'], ['O', 'Example Burgers'], ['OU', unit], ['CN', commonName]);
const rootName = organisation('Certification Division', 'Example Himself');
const caName = organisation('SCEP CA certificate', 'Example SCEP CA');
const userName = organisation('Procurement', 'Test SCEP user');
const alternativeName = subjectAltName([
  generalName.email('user@burgers.example'),
  generalName.uri('http://www.burgers.example'),
]);

/** A serial number of eight octets: cryptlib's. */
const serial = (first: number) => Uint8Array.of(first, 2, 3, 4, 5, 6, 7, 8);

const certificate = (options: Omit<CertificateOptions, 'signingKey'>, by: string) =>
  buildCertificate({ ...options, signingKey: key(by).privateKey });

const rootCertificate = () =>
  certificate(
    {
      subject: rootName,
      spki: key('root').spki,
      serial: serial(0x3a),
      extensions: [
        subjectKeyIdentifier(keyIdentifier(key('root').spki)),
        keyUsage(['keyCertSign', 'cRLSign']),
        basicConstraints(true),
      ],
    },
    'root',
  );

const caCertificate = () =>
  certificate(
    {
      subject: caName,
      issuer: rootName,
      spki: key('ca').spki,
      serial: serial(0x24),
      extensions: [
        subjectKeyIdentifier(keyIdentifier(key('ca').spki)),
        keyUsage(['digitalSignature', 'keyEncipherment', 'keyCertSign']),
        basicConstraints(true),
        authorityKeyIdentifier(keyIdentifier(key('root').spki)),
      ],
    },
    'root',
  );

/** The client's certificate, self-signed: with the names that it asks for. */
const signerCertificate = () =>
  certificate(
    {
      subject: userName,
      spki: key('user').spki,
      serial: serial(0x5c),
      extensions: [
        subjectKeyIdentifier(keyIdentifier(key('user').spki)),
        keyUsage(['digitalSignature', 'keyEncipherment']),
        alternativeName,
        basicConstraints(false),
      ],
    },
    'user',
  );

const issuedCertificate = () =>
  certificate(
    {
      subject: userName,
      issuer: caName,
      spki: key('user').spki,
      serial: serial(0x54),
      extensions: [
        subjectKeyIdentifier(keyIdentifier(key('user').spki)),
        keyUsage(['digitalSignature', 'keyEncipherment']),
        basicConstraints(false),
        authorityKeyIdentifier(keyIdentifier(key('ca').spki)),
      ],
    },
    'ca',
  );

const attributes: EditAttributes = more(
  otherAttribute('1.2.840.113549.1.9.25.3', octetString(new Uint8Array(randomBytes(8)))),
  signingTime(),
);
const signatureAlgorithm = algorithm(oids.rsaEncryption);
const transactionId = '7XXEY-ERLPU-2JDR9';

/** Builds the CSR alone. */
export const buildGutmannCsr = (): Uint8Array =>
  buildCsr({
    key: key('user'),
    subject: userName,
    challenges: ['NQ3C6-GS3ZN-2XPGL-SEJTQ'],
    extensions: [alternativeName],
  });

/** Builds the envelope of the CSR. */
export const buildGutmannRequestEnvelope = (): Uint8Array =>
  buildEnvelope({ content: buildGutmannCsr(), recipients: [{ certificate: caCertificate() }] });

/** Builds the whole PKCSReq. */
export const buildGutmannRequest = (): BuiltPkcsReq =>
  pkcsReq({
    ra: { raCertificate: caCertificate() },
    key: key('user'),
    csrBytes: buildGutmannCsr(),
    signerCertificate: signerCertificate(),
    transactionId,
    attributes,
    signer: { signatureAlgorithm },
  });

/** Builds the certs-only SignedData of a reply, with the issued certificate. */
export const buildGutmannCertificates = (): Uint8Array => certificateBag(issuedCertificate());

/** Builds the envelope of a reply, addressed to the client's self-signed certificate. */
export const buildGutmannReplyEnvelope = (): Uint8Array =>
  buildEnvelope({
    content: buildGutmannCertificates(),
    recipients: [{ certificate: signerCertificate() }],
  });

/** Builds the whole CertRep, with the CA's certificate and the root's. */
export const buildGutmannSuccess = (): Uint8Array =>
  certRep({
    ra: { raCertificate: caCertificate(), raKey: key('ca').privateKey },
    request: buildGutmannRequest(),
    certificates: [issuedCertificate()],
    attributes: (standard) => attributes(without('senderNonce')(standard)),
    signer: { signatureAlgorithm },
    signedData: { certificates: [caCertificate(), rootCertificate()] },
  });

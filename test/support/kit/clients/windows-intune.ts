/**
 * A Windows client of August 2024 that enrols by an Intune profile.
 *
 * The key is transported with RSAES-OAEP, whose parameters are an empty SEQUENCE (SHA-1), and the
 * cipher is AES-128-CBC; yet certificate and message are signed with SHA-1. The certificate that
 * signs has a critical authorityKeyIdentifier, which is not the identifier of its own key. The
 * transactionID is in lower case. The challengePassword has about 5 KB.
 *
 * The one captured request cannot be opened. The CSR is built from Microsoft's documentation
 * ([MS-WCCE] 2.2.2.7) instead: OS version, client information and CSP as attributes.
 */
import { createHash } from 'node:crypto';
import { buildCertificate } from '../certificate.ts';
import { csrAttribute } from '../csr.ts';
import { bitString, integer, sequence, stringTypes } from '../der.ts';
import {
  authorityKeyIdentifier,
  extendedKeyUsage,
  generalName,
  keyIdentifier,
  keyUsage,
  subjectAltName,
  subjectKeyIdentifier,
} from '../extensions.ts';
import { rsaKey, type TestKey } from '../keys.ts';
import { cn, name } from '../names.ts';
import { algorithm, oids } from '../oids.ts';
import { type BuiltPkcsReq, pkcsReq } from '../pkcs-req.ts';
import { more, signingTime } from '../signed-attributes.ts';
import type { TestRa } from '../test-ra.ts';
import { directoryName } from './directory-name.ts';

/** The attributes that only Windows sends: OS version, client information, CSP. */
export const windowsAttributes = [
  csrAttribute('1.3.6.1.4.1.311.13.2.3', stringTypes.ia5('10.0.26100.2')),
  csrAttribute(
    '1.3.6.1.4.1.311.21.20',
    sequence(
      integer(9),
      stringTypes.utf8('device'),
      stringTypes.utf8('SYSTEM'),
      stringTypes.utf8('omadmclient.exe'),
    ),
  ),
  csrAttribute(
    '1.3.6.1.4.1.311.13.2.2',
    sequence(
      integer(1),
      stringTypes.bmp('Microsoft Software Key Storage Provider'),
      bitString(new Uint8Array()),
    ),
  ),
];

/** A challenge with the length of Intune's. */
export const windowsChallenge = Buffer.alloc(3600, 'challenge').toString('base64');

/** The URI that binds a certificate to an account (KB5014754). */
export const strongMapping =
  'tag:microsoft.com,2022-09-14:sid:S-1-5-21-1111111111-2222222222-3333333333-1104';

/** Builds the extensions that an Intune profile configures, with the strong mapping. */
export const buildWindowsExtensions = ({ spki }: TestKey): readonly Uint8Array[] => [
  keyUsage(['digitalSignature', 'keyEncipherment']),
  extendedKeyUsage('1.3.6.1.5.5.7.3.2'),
  subjectKeyIdentifier(keyIdentifier(spki)),
  subjectAltName([generalName.uri(strongMapping), generalName.uri('IntuneDeviceId://0c2f')]),
];

function signerCertificate({ spki, privateKey }: TestKey): Uint8Array {
  const otherKeyId = new Uint8Array(createHash('sha1').update('another key').digest());
  return buildCertificate({
    subject: name(cn('SCEP Protocol Certificate')),
    spki,
    signingKey: privateKey,
    digest: 'sha1',
    extensions: [
      authorityKeyIdentifier(otherKeyId, true),
      subjectKeyIdentifier(keyIdentifier(spki)),
    ],
  });
}

/**
 * An RA with a serial number of 17 octets, as the captured request names it. It is self-signed: the
 * request contains its issuer and serial number only.
 */
function strangerRa(): Uint8Array {
  const { spki, privateKey } = rsaKey(2048, 'windows-ra');
  const serial = Uint8Array.of(0, 0x80, ...new Uint8Array(15).fill(7));
  const subject = directoryName(['O', 'Example'], ['CN', 'Example SCEP CA']);
  return buildCertificate({ subject, spki, signingKey: privateKey, serial });
}

/** Builds its PKCSReq to an RA. */
export function buildWindowsRequest(ra: Pick<TestRa, 'raCertificate'>): BuiltPkcsReq {
  const key = rsaKey(2048, 'windows');
  const transactionId = createHash('sha1').update(key.spki).digest('hex');
  return pkcsReq({
    ra,
    key,
    signerCertificate: signerCertificate(key),
    transactionId,
    challenge: windowsChallenge,
    csr: { attributes: windowsAttributes, extensions: buildWindowsExtensions(key) },
    recipient: { transport: 'oaep-sha1' },
    attributes: more(signingTime()),
    signer: { digest: 'sha1', signatureAlgorithm: algorithm(oids.rsaEncryption) },
  });
}

/** Builds its PKCSReq to an RA whose key no connector has, as the captured one is. */
export const buildWindowsRequestToStranger = (): BuiltPkcsReq =>
  buildWindowsRequest({ raCertificate: strangerRa() });

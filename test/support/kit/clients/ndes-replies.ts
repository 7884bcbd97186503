/**
 * Replies of Microsoft's NDES on Windows Server 2012 or later: a SUCCESS and a FAILURE.
 *
 * Neither has a certificate in it, so that only the RA certificate of GetCACert tells whether the
 * signature holds. The digest is SHA-1. Microsoft's own attributes say the status: a text in
 * 1.3.6.1.4.1.311.21.38, an HRESULT in decimal digits in 1.3.6.1.4.1.311.21.33. The content of a
 * FAILURE is one octet 00.
 */
import { randomBytes } from 'node:crypto';
import { type CertRepOptions, certRep } from '../cert-rep.ts';
import { buildCertificate } from '../certificate.ts';
import { stringTypes } from '../der.ts';
import { rsaKey } from '../keys.ts';
import { cn, name } from '../names.ts';
import { algorithm, oids } from '../oids.ts';
import { more, otherAttribute } from '../signed-attributes.ts';
import { directoryName } from './directory-name.ts';

/** A serial number of 19 octets: how Microsoft's CA numbers certificates since 2012. */
const serial = Uint8Array.of(0x79, 0, 0, 0, 2, ...new Uint8Array(8).fill(0x49), 0, 0, 0, 0, 0, 2);
const nonce = () => new Uint8Array(randomBytes(16));

function raOf(caName: Uint8Array): CertRepOptions['ra'] {
  const ca = rsaKey(2048, 'ndes-ca');
  const ra = rsaKey(2048, 'ndes-ra');
  const raCertificate = buildCertificate({
    subject: directoryName(['C', 'US'], ['CN', 'NDES-RA']),
    issuer: caName,
    spki: ra.spki,
    signingKey: ca.privateKey,
    serial,
  });
  return { raCertificate, raKey: ra.privateKey };
}

const signer = { digest: 'sha1', signatureAlgorithm: algorithm(oids.rsaEncryption) } as const;

/** The certificate that the SUCCESS is encrypted to. */
function deviceCertificate(): Uint8Array {
  const { spki, privateKey } = rsaKey(2048, 'ndes-device');
  const subject = directoryName(['O', 'Example'], ['CN', 'device']);
  return buildCertificate({ subject, spki, signingKey: privateKey });
}

/** Builds a SUCCESS in AES-128-CBC and RSAES-OAEP, for a transactionID in base64. */
export const buildNdesSuccess = (): Uint8Array =>
  certRep({
    ra: raOf(directoryName(['DC', 'org'], ['DC', 'example'], ['CN', 'example-CA'])),
    request: {
      transactionId: 'HVvzN0228V+AW+dUuDe8OPyDXD0=',
      senderNonce: nonce(),
      signerCertificate: deviceCertificate(),
    },
    certificates: [deviceCertificate()],
    recipient: { transport: 'oaep-sha1' },
    attributes: more(otherAttribute('1.3.6.1.4.1.311.21.38', stringTypes.utf8('Issued'))),
    signer,
    signedData: { certificates: undefined },
  });

/** Builds a FAILURE badRequest to a GetCRL, with the HRESULT E_INVALIDARG. */
export const buildNdesFailure = (): Uint8Array =>
  certRep({
    ra: raOf(name(cn('SERVER-CA', 'printable'))),
    request: {
      transactionId: '0123456789ABCDEF0123456789ABCDEF',
      senderNonce: nonce(),
      signerCertificate: deviceCertificate(),
    },
    failInfo: '2',
    attributes: more(otherAttribute('1.3.6.1.4.1.311.21.33', stringTypes.printable('-2147024809'))),
    signer,
    signedData: { content: Uint8Array.of(0), certificates: undefined },
  });

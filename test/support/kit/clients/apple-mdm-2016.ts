/**
 * Apple's MDM client as it was in May 2016, enrolling at micromdm's server.
 *
 * The certificate that signs has a key of its own, a serial number of 1, and names clientAuth in a
 * critical extendedKeyUsage. The CSR has the version 2, a key of 1024 bits, a signature with SHA-1,
 * and no challengePassword. The senderNonce has 8 octets. The cipher is 3DES.
 */
import { randomBytes } from 'node:crypto';
import { buildCertificate } from '../certificate.ts';
import { oid, sequence } from '../der.ts';
import { extension, keyUsage } from '../extensions.ts';
import { rsaKey } from '../keys.ts';
import { cn, name } from '../names.ts';
import { algorithm, oids } from '../oids.ts';
import { type BuiltPkcsReq, pkcsReq } from '../pkcs-req.ts';
import { more, signingTime } from '../signed-attributes.ts';
import { buildMicromdmCaCertificate } from './micromdm-ca.ts';

const signerKey = () => rsaKey(2048, 'apple-signer');

/** The client's certificate, with a key other than the CSR's. */
function signerCertificate(): Uint8Array {
  const key = signerKey();
  return buildCertificate({
    subject: name(cn('MDM SCEP SIGNER'), { type: 'C', value: 'US', as: 'printable' }),
    spki: key.spki,
    signingKey: key.privateKey,
    serial: Uint8Array.of(1),
    extensions: [
      keyUsage(['digitalSignature']),
      extension('2.5.29.37', true, sequence(oid('1.3.6.1.5.5.7.3.2'))),
    ],
  });
}

/** Builds its PKCSReq, addressed to micromdm's CA. */
export const buildAppleMdmRequest = (): BuiltPkcsReq =>
  pkcsReq({
    ra: { raCertificate: buildMicromdmCaCertificate() },
    key: signerKey(),
    signerCertificate: signerCertificate(),
    csr: {
      key: rsaKey(1024, 'apple-device'),
      subject: name(cn('com.apple.security.scep.11111111-2222-3333-4444-555555555555')),
      version: 2,
      digest: 'sha1',
      challenges: [],
      extensions: [keyUsage(['digitalSignature'])],
    },
    envelope: { cipher: 'des3' },
    senderNonce: new Uint8Array(randomBytes(8)),
    attributes: more(signingTime()),
    signer: { digest: 'sha1', signatureAlgorithm: algorithm(oids.rsaEncryption) },
  });

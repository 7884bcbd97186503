/**
 * A SUCCESS of micromdm's SCEP server of 2016, written with fullsailor/pkcs7 (Go).
 *
 * No algorithm of the CMS has NULL parameters. The cipher is single DES whatever the client asked
 * for, and its ciphertext is a constructed [0] with one part. The signingTime has a zone. There is
 * no senderNonce. The issued certificate is in the SignedData too, beside the CA's.
 */
import { randomBytes } from 'node:crypto';
import { certRep } from '../cert-rep.ts';
import { buildCertificate } from '../certificate.ts';
import { oid, sequence, tlv } from '../der.ts';
import {
  authorityKeyIdentifier,
  extendedKeyUsage,
  keyIdentifier,
  subjectKeyIdentifier,
} from '../extensions.ts';
import { rsaKey } from '../keys.ts';
import { oids } from '../oids.ts';
import { signingTime, without } from '../signed-attributes.ts';
import { buildAppleMdmRequest } from './apple-mdm-2016.ts';
import { directoryName } from './directory-name.ts';
import { buildMicromdmCaCertificate, micromdmCaKey, micromdmCaName } from './micromdm-ca.ts';

const rsaWithoutNull = sequence(oid(oids.rsaEncryption));

function issuedCertificate(): Uint8Array {
  const { spki } = rsaKey(1024, 'apple-device');
  return buildCertificate({
    subject: directoryName(['CN', 'com.apple.security.scep.11111111-2222-3333-4444-555555555555']),
    issuer: micromdmCaName,
    spki,
    signingKey: micromdmCaKey().privateKey,
    serial: Uint8Array.of(4),
    extensions: [
      // anyExtendedKeyUsage and clientAuth.
      extendedKeyUsage('2.5.29.37.0', '1.3.6.1.5.5.7.3.2'),
      subjectKeyIdentifier(keyIdentifier(spki)),
      authorityKeyIdentifier(keyIdentifier(micromdmCaKey().spki)),
    ],
  });
}

/** Builds the reply to a request of Apple's MDM client. */
export function buildMicromdmSuccess(): Uint8Array {
  const issued = issuedCertificate();
  const senderNonce = new Uint8Array(randomBytes(8));
  return certRep({
    ra: { raCertificate: buildMicromdmCaCertificate(), raKey: micromdmCaKey().privateKey },
    request: { ...buildAppleMdmRequest(), senderNonce },
    certificates: [issued],
    recipient: { transportAlgorithm: rsaWithoutNull },
    envelope: { cipher: 'des', contentForm: 'constructed', chunkBytes: 0x10_00_00 },
    attributes: (standard) => [
      ...without('senderNonce')(standard),
      signingTime(tlv(0x17, Buffer.from('160531073014-0400'))),
    ],
    signer: { digest: 'sha1', digestWithoutNull: true, signatureAlgorithm: rsaWithoutNull },
    signedData: { certificates: [issued, buildMicromdmCaCertificate()] },
  });
}

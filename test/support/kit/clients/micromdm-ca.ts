import { buildCertificate } from '../certificate.ts';
import {
  authorityKeyIdentifier,
  basicConstraints,
  keyIdentifier,
  keyUsage,
  subjectKeyIdentifier,
} from '../extensions.ts';
import { largeKey } from '../keys.ts';
import { directoryName } from './directory-name.ts';

/** The key of micromdm's CA: RSA-4096. */
export const micromdmCaKey = largeKey;

/** Its name. The countryName has three letters. */
export const micromdmCaName = directoryName(['C', 'USA'], ['O', 'example-ca'], ['OU', 'CA']);

/**
 * Builds the CA certificate of micromdm's SCEP server of 2016. Its serial number is 1. Its keyUsage
 * is keyCertSign alone, although the key decrypts requests and signs replies.
 */
export function buildMicromdmCaCertificate(): Uint8Array {
  const { spki, privateKey } = micromdmCaKey();
  const id = keyIdentifier(spki);
  return buildCertificate({
    subject: micromdmCaName,
    spki,
    signingKey: privateKey,
    serial: Uint8Array.of(1),
    extensions: [
      keyUsage(['keyCertSign']),
      basicConstraints(true),
      subjectKeyIdentifier(id),
      authorityKeyIdentifier(id),
    ],
  });
}

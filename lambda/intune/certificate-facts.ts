/**
 * The fields of a certificate that Intune receives, each in the form that Microsoft's library
 * documents.
 */
import { X509Certificate } from 'node:crypto';
import { requireSerial } from '../core/serial-number.ts';

/** The fields of a success notification that are read from the certificate. */
export interface CertificateFacts {
  readonly certificateThumbprint: string;
  readonly certificateSerialNumber: string;
  readonly certificateExpirationDateUtc: string;
  readonly issuingCertificateAuthority: string;
}

/** Reads the fields from a certificate in DER; throws if it is malformed. */
export function readCertificateFacts(der: Uint8Array): CertificateFacts {
  const { fingerprint, serialNumber, validToDate, issuer } = new X509Certificate(der);
  return {
    // SHA-1 in 40 upper-case hex digits, as the Windows certificate store shows it.
    certificateThumbprint: fingerprint.replaceAll(':', ''),
    // In capitals, as Microsoft's own connectors send it. Intune's queue of revocations may return
    // it in another case.
    certificateSerialNumber: requireSerial(serialNumber).toUpperCase(),
    certificateExpirationDateUtc: validToDate.toISOString(),
    // The issuer's name with the last RDN first, as in RFC 4514.
    issuingCertificateAuthority: issuer.split('\n').toReversed().join(','),
  };
}

/**
 * The fields of a certificate that Intune gets, each in the form that Microsoft's library
 * documents.
 */
import { X509Certificate } from 'node:crypto';
import { requireSerial } from '../serial-number.ts';

/** The fields of a success notification that are read from the certificate. */
export interface CertificateFacts {
  readonly certificateThumbprint: string;
  readonly certificateSerialNumber: string;
  readonly certificateExpirationDateUtc: string;
  readonly issuingCertificateAuthority: string;
}

/** Reads them from a certificate in DER; throws if it is malformed. */
export function certificateFactsOf(der: Uint8Array): CertificateFacts {
  const { fingerprint, serialNumber, validToDate, issuer } = new X509Certificate(der);
  return {
    // SHA-1, 40 upper-case hex digits: what the Windows certificate store shows.
    certificateThumbprint: fingerprint.replaceAll(':', ''),
    // In capitals, as Microsoft's own connectors send it. Its queue of revocations returns it in
    // any case.
    certificateSerialNumber: requireSerial(serialNumber).toUpperCase(),
    certificateExpirationDateUtc: validToDate.toISOString(),
    // The issuer's name, last RDN first, as RFC 4514 writes it.
    issuingCertificateAuthority: issuer.split('\n').toReversed().join(','),
  };
}

/** What Intune is told of a certificate, each in the form that Microsoft's library documents. */
import { X509Certificate } from 'node:crypto';
import { requireSerial } from '../serial-number.ts';

/** The fields of a success notification that are read from the certificate. */
export interface CertificateFacts {
  readonly certificateThumbprint: string;
  readonly certificateSerialNumber: string;
  readonly certificateExpirationDateUtc: string;
  readonly issuingCertificateAuthority: string;
}

/** Reads them of a certificate in DER; throws for what is not one. */
export function certificateFactsOf(der: Uint8Array): CertificateFacts {
  const { fingerprint, serialNumber, validToDate, issuer } = new X509Certificate(der);
  return {
    // SHA-1, 40 upper-case hex digits: what the Windows certificate store shows.
    certificateThumbprint: fingerprint.replaceAll(':', ''),
    // In capitals, as Microsoft's own connectors send it; its queue of revocations gives it back in any case.
    certificateSerialNumber: requireSerial(serialNumber).toUpperCase(),
    certificateExpirationDateUtc: validToDate.toISOString(),
    // The issuer's name, last RDN first, as RFC 4514 writes it.
    issuingCertificateAuthority: issuer.split('\n').toReversed().join(','),
  };
}

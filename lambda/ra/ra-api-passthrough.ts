import type { ApiPassthrough } from '../ports/certificate-authority.ts';

/**
 * The subject and the key usage of an RA certificate. Clients choose their recipient and their
 * signer by these two bits (docs/rfc8894.md A-7), and Apple refuses an RA without them. There is
 * no extended key usage: certmonger verifies our replies for S/MIME, which accepts emailProtection
 * alone.
 */
export const buildRaApiPassthrough = (connectorId: string): ApiPassthrough => ({
  Subject: { CommonName: `SCEP RA ${connectorId}` },
  Extensions: { KeyUsage: { DigitalSignature: true, KeyEncipherment: true } },
});

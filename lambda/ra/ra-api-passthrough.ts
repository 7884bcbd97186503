import type { ApiPassthrough } from '../ports/certificate-authority.ts';

/**
 * The RA certificate's key usage. Clients choose their recipient and their signer by these two bits
 * (docs/rfc8894.md A-7), and Apple refuses an RA without them. It has no extended usage.
 * certmonger verifies our replies for S/MIME, and any usage but emailProtection would fail that.
 */
export const buildRaApiPassthrough = (connectorId: string): ApiPassthrough => ({
  Subject: { CommonName: `SCEP RA ${connectorId}` },
  Extensions: { KeyUsage: { DigitalSignature: true, KeyEncipherment: true } },
});

import type { ApiPassthrough } from '../ports.ts';

/**
 * The key usage of the RA certificate. Clients choose their recipient and their signer by these two
 * bits (A-7; Apple refuses an RA without them). It has no extended usage: certmonger verifies our
 * replies for S/MIME, which any usage but emailProtection would fail.
 */
export const raPassthrough = (connectorId: string): ApiPassthrough => ({
  Subject: { CommonName: `SCEP RA ${connectorId}` },
  Extensions: { KeyUsage: { DigitalSignature: true, KeyEncipherment: true } },
});

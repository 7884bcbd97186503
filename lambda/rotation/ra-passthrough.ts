import type { ApiPassthrough } from '../ports.ts';

/**
 * What the RA certificate says. Clients choose whom to encrypt to and whom to believe by these two bits (A-7; Apple
 * refuses an RA without them). No extended usage: certmonger verifies our replies for S/MIME, which any usage but
 * emailProtection would fail.
 */
export const raPassthrough = (connectorId: string): ApiPassthrough => ({
  Subject: { CommonName: `SCEP RA ${connectorId}` },
  Extensions: { KeyUsage: { DigitalSignature: true, KeyEncipherment: true } },
});

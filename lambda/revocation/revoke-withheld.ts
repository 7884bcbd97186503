/**
 * Revokes certificates that were issued but are not handed out: they failed lint, Intune refused
 * them, or they came too late.
 */

import type { PrivateCa } from '../ports/certificate-authority.ts';
import type { WithheldCertificates } from '../ports/withheld.ts';

/** The dependencies of a run. */
export interface RevokeWithheldContext {
  readonly withheld: WithheldCertificates;
  readonly ca: Pick<PrivateCa, 'revoke'>;
  readonly batch: number;
  readonly nowSeconds: () => number;
  /** Receives each failure; only ports' errors, which contain no secret. */
  readonly report: (error: unknown) => void;
}

/** The result of a run. */
export interface RevokedWithheld {
  readonly revoked: number;
  /**
   * The number of certificates whose row and serial record contradict each other. An operator
   * decides about them (docs/runbook.md).
   */
  readonly disputed: number;
}

/**
 * Revokes every waiting certificate. One that fails is reported and keeps waiting. Throws if the
 * tables cannot be read.
 */
export async function revokeWithheld({
  withheld,
  ca,
  batch,
  nowSeconds,
  report,
}: RevokeWithheldContext): Promise<RevokedWithheld> {
  const { certificates, disputed } = await withheld.pending(batch);
  let revoked = 0;
  for (const certificate of certificates) {
    try {
      await ca.revoke(certificate.serialHex);
      await withheld.markRevoked(certificate, nowSeconds());
      revoked += 1;
    } catch (error) {
      report(error);
    }
  }
  return { revoked, disputed };
}

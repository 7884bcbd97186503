/**
 * Revokes certificates that were issued and are not handed out. They failed lint, Intune refused
 * them, or the search found them too late.
 */
import type { PrivateCa } from '../ports/certificate-authority.ts';
import type { WithheldCertificates } from '../ports/withheld.ts';

/** The dependencies of a run. */
export interface RevokeWithheldContext {
  readonly withheld: WithheldCertificates;
  readonly ca: Pick<PrivateCa, 'revoke'>;
  readonly batch: number;
  readonly nowSeconds: () => number;
  /** Receives each failure. The errors come from ports and contain no secret. */
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
 * Revokes up to `batch` waiting certificates. A failure is reported, and its certificate keeps
 * waiting. Throws if the tables cannot be read.
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

/**
 * Revokes the certificates that were made and are not handed out: they failed lint, or Intune
 * refused them, or they came too late.
 */
import type { WithheldCertificates } from '../ports/withheld.ts';
import type { PrivateCa } from '../ports.ts';

/** The dependencies of a run. */
export interface RevokeWithheldContext {
  readonly withheld: WithheldCertificates;
  readonly ca: Pick<PrivateCa, 'revoke'>;
  readonly batch: number;
  readonly nowSeconds: () => number;
  /** Receives what is left for the next run; errors of ports only, which hold no secret. */
  readonly report: (error: unknown) => void;
}

/** The result of a run. */
export interface RevokedWithheld {
  readonly revoked: number;
  /**
   * Row and serial record contradict each other, so an operator has to decide (docs/runbook.md).
   */
  readonly disputed: number;
}

/**
 * Revokes everything that waits. A failure is reported and waits on. Throws if the tables cannot be
 * read.
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

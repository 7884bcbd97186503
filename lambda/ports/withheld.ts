import type { Attempt } from '../core/attempt.ts';
import type { RefusalCode } from '../core/errors.ts';

/** An issued certificate that is not handed out and waits for its revocation. */
export interface WithheldCertificate extends Attempt {
  readonly serialHex: string;
  readonly code: RefusalCode;
}

/** The withheld certificates of one connector. */
export interface WithheldCertificates {
  /**
   * At most `limit` waiting certificates. Row and serial record must agree, so that write access to
   * one of the tables revokes nothing. `disputed` counts rows that contradict their record.
   */
  pending(limit: number): Promise<{
    readonly certificates: readonly WithheldCertificate[];
    readonly disputed: number;
  }>;
  /** Records the revocation in both; repeating it is harmless. */
  markRevoked(certificate: WithheldCertificate, nowSeconds: number): Promise<void>;
}

/** IssueCertificate calls as CloudTrail records them, minutes later. */

/** One call that the CA accepted. */
export interface RecordedIssuance {
  readonly certificateArn: string;
  /** Omitted if the record has no request parameters. */
  readonly idempotencyToken?: string;
}
/** Reads that record. */
export interface IssuanceLog {
  /**
   * Every accepted call between two times, in seconds. Throws if it was not read to its end,
   * because a missing call then proves nothing.
   */
  between(fromSeconds: number, toSeconds: number): Promise<readonly RecordedIssuance[]>;
}

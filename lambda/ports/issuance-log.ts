/** IssueCertificate calls as CloudTrail records them, minutes later. */

/** One call that the CA accepted. */
export interface RecordedIssuance {
  readonly certificateArn: string;
  /** Omitted if the record has no request parameters. */
  readonly idempotencyToken?: string;
}

/** CloudTrail's event history. */
export interface IssuanceLog {
  /**
   * Every accepted call between two times, in seconds. Throws unless the whole period was read,
   * because a missing call would then prove nothing.
   */
  between(fromSeconds: number, toSeconds: number): Promise<readonly RecordedIssuance[]>;
}

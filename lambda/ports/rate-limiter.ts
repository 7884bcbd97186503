/**
 * Paces IssueCertificate across all functions of a service, because the quota belongs to the
 * account and its Region (docs/decisions/007-rate-limiter.md).
 */
export interface IssuanceRateLimiter {
  /**
   * Takes the next turn and returns its time, in epoch milliseconds: now or later.
   * `nextTurnAtMilliseconds` is the queue as last read. It avoids a conditional write that would
   * fail.
   */
  take(nowMilliseconds: number, nextTurnAtMilliseconds: number): Promise<number>;
}

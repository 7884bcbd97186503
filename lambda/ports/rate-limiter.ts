/**
 * Paces IssueCertificate across all functions of a service, because the quota is the account's in
 * its Region (docs/decisions/007-rate-limiter.md).
 */
export interface IssuanceRateLimiter {
  /**
   * Takes the next turn and returns when it is, in epoch milliseconds: now, or later.
   * `nextTurnAtMilliseconds` is the queue as it was read. It saves a conditional write that would
   * fail.
   */
  take(nowMilliseconds: number, nextTurnAtMilliseconds: number): Promise<number>;
}

/** A token bucket: how API Gateway throttles a stage, and ACM PCA a kind of request. */

/** Says whether one more request may pass now. */
export interface TokenBucket {
  readonly take: () => boolean;
}

/** A bucket that holds `burst` tokens and gains `ratePerSecond`. The clock is in milliseconds. */
export const createTokenBucket = (
  ratePerSecond: number,
  burst: number,
  now: () => number = Date.now,
): TokenBucket => {
  let tokens = burst;
  let filledAt = now();
  return {
    take: () => {
      const at = now();
      tokens = Math.min(burst, tokens + ((at - filledAt) / 1000) * ratePerSecond);
      filledAt = at;
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
  };
};

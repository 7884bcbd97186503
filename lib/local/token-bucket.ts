/** A token bucket, as API Gateway throttles a stage and ACM PCA throttles a kind of request. */

/** Takes a token for one request; false if the bucket is empty. */
export interface TokenBucket {
  readonly take: () => boolean;
}

/**
 * Creates a bucket that holds `burst` tokens and gains `ratePerSecond`. The clock is in
 * milliseconds.
 */
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

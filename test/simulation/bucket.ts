/** A token bucket: a rate per second, and a burst above it. */

/** Takes `count` tokens. Returns false and takes none if there are fewer. */
export type Bucket = (count?: number) => boolean;

/** Creates a full bucket. `now` is in milliseconds. */
export function createBucket(
  { perSecond, burst = perSecond }: { readonly perSecond: number; readonly burst?: number },
  now: () => number,
): Bucket {
  let tokens = burst;
  let asOf = now();
  return (count = 1) => {
    tokens = Math.min(burst, tokens + ((now() - asOf) / 1000) * perSecond);
    asOf = now();
    if (tokens < count) return false;
    tokens -= count;
    return true;
  };
}

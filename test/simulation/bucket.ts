/** A token bucket: so many calls a second, and a burst above them. */

/** Takes `count` tokens; false, and none taken, where there are fewer. */
export type Bucket = (count?: number) => boolean;

/** A full bucket. `now` is in milliseconds. */
export function bucketOf(
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

/** A moving average of how long attempts take, so that the first poll comes at the right time. */

/** The average of one warm environment. Each environment learns independently. */
export interface Pace {
  readonly expectedMilliseconds: () => number;
  /** Adds an observed duration. */
  readonly took: (milliseconds: number) => void;
}

/** The weight of the latest observation. */
const weight = 0.3;

/** Creates a pace that starts at `initial` and stays between the bounds, all in milliseconds. */
export function createPace(
  initial: number,
  { min, max }: { readonly min: number; readonly max: number },
): Pace {
  let expected = initial;
  return {
    expectedMilliseconds: () => expected,
    took: (milliseconds) => {
      const next = expected + (milliseconds - expected) * weight;
      expected = Math.min(Math.max(next, min), max);
    },
  };
}

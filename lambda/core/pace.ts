/** Learns how long attempts take, so that a first poll comes neither too early nor too late. */

/** The memory of one warm function; each environment learns independently. */
export interface Pace {
  readonly expectedMilliseconds: () => number;
  readonly took: (milliseconds: number) => void;
}

/** The weight of one observation in the expectation. */
const weight = 0.3;

/** Creates a pace that begins with `initial` and stays between the bounds, in milliseconds. */
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

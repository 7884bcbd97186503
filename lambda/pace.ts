/** How long recent attempts took, so that a first poll comes neither too early nor too late. */

/** The memory of one warm function; each environment learns by itself. */
export interface Pace {
  readonly expectedMilliseconds: () => number;
  readonly took: (milliseconds: number) => void;
}

/** How far one observation moves the expectation. */
const weight = 0.3;

/** A pace that begins with `initial` and stays between the bounds, in milliseconds. */
export function learnedPace(
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

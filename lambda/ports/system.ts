/** Time and random octets. */

/** The time, which tests can control. */
export interface Clock {
  nowSeconds(): number;
  nowMilliseconds(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Random octets, which tests can repeat. */
export type Random = (octets: number) => Uint8Array;

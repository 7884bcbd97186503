/**
 * The concurrency of an account in a Region: one pool for all functions, of which some can have a
 * part reserved.
 */

/** Counts what runs. */
export interface Concurrency {
  /** Enters an invocation; gives what ends it, or `undefined` where it is throttled. */
  readonly enter: (functionArn: string) => (() => void) | undefined;
}

/** Reserved concurrent executions by function ARN. */
type Reservations = ReadonlyMap<string, number>;

// "Each account must keep 100 unreserved" (Lambda Developer Guide, reserved concurrency).
const unreservedAtLeast = 100;

/** Lambda's default quota. A new account has 10. */
export const defaultConcurrency = 1_000;

/**
 * Makes the pool; refuses reservations that leave fewer than 100 executions, as
 * PutFunctionConcurrency does.
 */
export const createConcurrency = (limit: number, reserved: Reservations): Concurrency => {
  const unreserved = [...reserved.values()].reduce((left, each) => left - each, limit);
  if (reserved.size > 0 && unreserved < unreservedAtLeast) {
    throw new Error(
      `reserved concurrency leaves ${unreserved} of the account's ${limit} executions; Lambda wants ${unreservedAtLeast} left`,
    );
  }
  const shared = counter(unreserved);
  const own = new Map([...reserved].map(([arn, most]) => [arn, counter(most)]));
  return { enter: (functionArn) => (own.get(functionArn) ?? shared)() };
};

/** Counts up to `most` at once. */
const counter = (most: number): (() => (() => void) | undefined) => {
  let running = 0;
  return () => {
    if (running >= most) return undefined;
    running += 1;
    return () => {
      running -= 1;
    };
  };
};

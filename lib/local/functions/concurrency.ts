/**
 * The concurrent executions of an account in a Region: one pool for all functions, and parts that
 * functions reserve.
 */

/** Counts running invocations. */
export interface Concurrency {
  /**
   * Enters an invocation and returns a function that ends it; undefined if the invocation is
   * throttled.
   */
  readonly enter: (functionArn: string) => (() => void) | undefined;
}

/** Reserved concurrent executions by function ARN. */
type Reservations = ReadonlyMap<string, number>;

// "Each account must keep 100 unreserved" (Lambda Developer Guide, reserved concurrency).
const minUnreserved = 100;

/** Lambda's default quota. A new account has 10. */
export const defaultConcurrency = 1_000;

/**
 * Creates the pool. Refuses reservations that leave fewer than 100 executions, as
 * PutFunctionConcurrency does.
 */
export const createConcurrency = (limit: number, reserved: Reservations): Concurrency => {
  const unreserved = [...reserved.values()].reduce((left, each) => left - each, limit);
  if (reserved.size > 0 && unreserved < minUnreserved) {
    throw new Error(
      `reserved concurrency leaves ${unreserved} of the account's ${limit} executions; Lambda requires ${minUnreserved}`,
    );
  }
  const shared = createCounter(unreserved);
  const own = new Map([...reserved].map(([arn, max]) => [arn, createCounter(max)]));
  return { enter: (functionArn) => (own.get(functionArn) ?? shared)() };
};

/** Creates a createCounter of at most `max` running invocations. */
const createCounter = (max: number): (() => (() => void) | undefined) => {
  let running = 0;
  return () => {
    if (running >= max) return undefined;
    running += 1;
    return () => {
      running -= 1;
    };
  };
};

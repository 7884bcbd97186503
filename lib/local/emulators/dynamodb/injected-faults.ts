/** Faults of AWS under load, injected at a seeded rate for tests; off by default. */
import { refuse } from './refusal.ts';

/** The rates of faults, as probabilities from 0 to 1; 0 if omitted. */
export interface FaultRates {
  /** From 0 inclusive to 1 exclusive, and seeded, so that a run can be repeated. */
  readonly random: () => number;
  /**
   * Transactions that conflict with another one, and plain writes of an item that was in a
   * transaction before.
   */
  readonly conflictRate?: number;
  /** Keys that BatchGetItem leaves unprocessed. */
  readonly unprocessedRate?: number;
  /** Requests that are throttled. */
  readonly throttleRate?: number;
}

/** Decides which requests fail. It draws a number only if a rate is above 0. */
export interface FaultInjector {
  readonly isOn: boolean;
  readonly conflicts: () => boolean;
  readonly leavesKey: () => boolean;
  readonly throttles: () => boolean;
  /** A position in a non-empty list. */
  readonly pick: (length: number) => number;
}

/** Creates the injector. Without rates nothing fails. */
export const createFaultInjector = (faults?: FaultRates): FaultInjector => {
  const random = faults?.random ?? (() => 1);
  const draws = (rate = 0) => rate > 0 && random() < rate;
  return {
    isOn: faults !== undefined,
    conflicts: () => draws(faults?.conflictRate),
    leavesKey: () => draws(faults?.unprocessedRate),
    throttles: () => draws(faults?.throttleRate),
    pick: (length) => Math.floor(random() * length),
  };
};

/**
 * The message of a throttled table in on-demand mode, also in the reason of a cancelled
 * transaction.
 */
export const throttledMessage =
  'Throughput exceeds the current capacity of your table or index. DynamoDB scales on demand: try again shortly.';

/** The refusal of a throttled request; the SDK retries it. */
export const createThrottledReply = () => refuse('ThrottlingException', throttledMessage);

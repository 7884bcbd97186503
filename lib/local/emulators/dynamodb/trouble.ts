/** What goes wrong at AWS under load, injected at a seeded rate: for tests, and off by default. */
import { refuse } from './refusal.ts';

/** How often something goes wrong; each rate is a probability from 0 to 1, and 0 if absent. */
export interface Trouble {
  /** From 0 inclusive to 1 exclusive, seeded, so that a run can be repeated. */
  readonly random: () => number;
  /**
   * Transactions that meet another one, and plain writes of an item that was in a transaction
   * before.
   */
  readonly conflictRate?: number;
  /** Keys that BatchGetItem leaves unprocessed. */
  readonly unprocessedRate?: number;
  /** Requests that meet a throttle. */
  readonly throttleRate?: number;
}

/** Decides what goes wrong. It draws a number only where a rate is above 0. */
export interface Troublemaker {
  readonly isOn: boolean;
  readonly conflicts: () => boolean;
  readonly leavesKey: () => boolean;
  readonly throttles: () => boolean;
  /** A position in a list that is not empty. */
  readonly pick: (length: number) => number;
}

/** Without `trouble` nothing goes wrong. */
export const createTroublemaker = (trouble?: Trouble): Troublemaker => {
  const random = trouble?.random ?? (() => 1);
  const draws = (rate = 0) => rate > 0 && random() < rate;
  return {
    isOn: trouble !== undefined,
    conflicts: () => draws(trouble?.conflictRate),
    leavesKey: () => draws(trouble?.unprocessedRate),
    throttles: () => draws(trouble?.throttleRate),
    pick: (length) => Math.floor(random() * length),
  };
};

/** What a table in on-demand mode answers, also as a reason of a cancelled transaction. */
export const throttledMessage =
  'Throughput exceeds the current capacity of your table or index. DynamoDB scales on demand: try again shortly.';

/** The refusal of a request that meets a throttle; the SDK repeats it. */
export const throttled = () => refuse('ThrottlingException', throttledMessage);

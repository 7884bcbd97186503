/**
 * DynamoDB as its documents describe it, around stores that are instantaneous: transactions hold
 * their items and conflict, a cold table and one partition key have their write units, and a batch
 * may leave keys unprocessed.
 */
import { undecided } from '../../lambda/aws/repeat-until-decided.ts';
import { type Bucket, bucketOf } from './bucket.ts';
import type { Dice } from './dice.ts';
import { Outage } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Write units of one table or of one partition of an index. */
export interface Units {
  readonly of: string;
  readonly count: number;
}

/** What a call does to the tables. */
export interface Operation {
  readonly kind: 'transaction' | 'write' | 'read' | 'batch' | 'index';
  /** The items that it writes. */
  readonly items?: readonly string[];
  readonly units?: readonly Units[];
}

/** How busy this database is beside us. */
export interface DatabaseBehaviour {
  /** How long a transaction holds its items, in milliseconds. */
  readonly transactionMilliseconds: () => number;
  /** The share of batches that leave keys unprocessed. */
  readonly unprocessedShare: () => number;
  /** How far an index is behind its table, in milliseconds. */
  readonly indexLagMilliseconds: () => number;
}

/** Performs operations. */
export interface Database {
  /**
   * Applies the effect; `undecided` where DynamoDB decided nothing. Throws `ThrottlingException`
   * for a plain write.
   */
  readonly perform: <Result>(
    operation: Operation,
    effect: () => Promise<Result>,
  ) => Promise<Result | typeof undecided>;
  /** What was met so far. */
  readonly met: { transactions: number; conflicts: number; throttles: number };
}

/** Write units a second: of a new on-demand table, and of one partition key (facts of AWS). */
const coldTable = 4_000;
const partition = 1_000;

/** A cancelled transaction is answered at once, in milliseconds. */
const cancelledAfter = [1, 4] as const;

/** Nothing is held, and every table is cold. */
export function databaseOf(
  { time, dice }: { readonly time: VirtualTime; readonly dice: Dice },
  behaviour: DatabaseBehaviour,
): Database {
  const held = new Set<string>();
  const buckets = new Map<string, Bucket>();
  const met = { transactions: 0, conflicts: 0, throttles: 0 };
  const isHeld = (items: readonly string[]): boolean => items.some((item) => held.has(item));
  const bucketFor = (name: string): Bucket => {
    const perSecond = name.includes('#') ? partition : coldTable;
    const bucket = buckets.get(name) ?? bucketOf({ perSecond }, time.now);
    buckets.set(name, bucket);
    return bucket;
  };
  const isThrottled = (units: readonly Units[]): boolean =>
    units.some(({ of, count }) => !bucketFor(of)(count));

  const transact = async <Result>(items: readonly string[], effect: () => Promise<Result>) => {
    met.transactions += 1;
    if (isHeld(items)) {
      met.conflicts += 1;
      await time.sleep(dice.between(...cancelledAfter));
      return undecided;
    }
    for (const item of items) held.add(item);
    try {
      await time.sleep(behaviour.transactionMilliseconds());
      return await effect();
    } finally {
      for (const item of items) held.delete(item);
    }
  };
  return {
    met,
    perform: async ({ kind, items = [], units = [] }, effect) => {
      if (isThrottled(units)) {
        met.throttles += 1;
        if (kind === 'transaction') return undecided;
        throw new Outage('ThrottlingException');
      }
      if (kind === 'transaction') return await transact(items, effect);
      if (kind === 'write' && isHeld(items)) {
        met.conflicts += 1;
        return undecided;
      }
      if (kind === 'batch' && dice.chance(behaviour.unprocessedShare())) return undecided;
      const result = await effect();
      if (kind === 'index') await time.sleep(behaviour.indexLagMilliseconds());
      return result;
    },
  };
}

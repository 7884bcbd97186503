/**
 * DynamoDB as documented by AWS, around stores that are instantaneous. Transactions hold their
 * items and conflict. A cold table and a maxPartitionUnitsPerSecond key have limited write units. A
 * batch can leave keys unprocessed.
 */
import { undecided } from '../../lambda/aws/repeat-until-decided.ts';
import { type Bucket, createBucket } from './bucket.ts';
import type { Dice } from './dice.ts';
import { Outage } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Write units of one table or of one maxPartitionUnitsPerSecond of an index. */
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

/** How this database behaves. */
export interface DatabaseBehaviour {
  /** How long a transaction holds its items, in milliseconds. */
  readonly transactionMilliseconds: () => number;
  /** The share of batches that leave keys unprocessed. */
  readonly unprocessedShare: () => number;
  /** How far an index lags behind its table, in milliseconds. */
  readonly indexLagMilliseconds: () => number;
}

/** Performs operations. */
export interface Database {
  /**
   * Applies the effect. Returns `undecided` if DynamoDB decided nothing. Throws
   * `ThrottlingException` for a plain write.
   */
  readonly perform: <Result>(
    operation: Operation,
    effect: () => Promise<Result>,
  ) => Promise<Result | typeof undecided>;
  /** Counters since the start. */
  readonly counters: { transactions: number; conflicts: number; throttles: number };
}

/**
 * Write units per second of a new on-demand table, and of one maxPartitionUnitsPerSecond key
 * (DynamoDB developer guide).
 */
const maxTableUnitsPerSecond = 4_000;
const maxPartitionUnitsPerSecond = 1_000;

/** The latency of a cancelled transaction, in milliseconds (minimum and maximum). */
const cancellationMilliseconds = [1, 4] as const;

/** Creates a database in which no item is held and every table is cold. */
export function createDatabase(
  { time, dice }: { readonly time: VirtualTime; readonly dice: Dice },
  behaviour: DatabaseBehaviour,
): Database {
  const held = new Set<string>();
  const buckets = new Map<string, Bucket>();
  const counters = { transactions: 0, conflicts: 0, throttles: 0 };
  const isHeld = (items: readonly string[]): boolean => items.some((item) => held.has(item));
  const bucketFor = (name: string): Bucket => {
    const perSecond = name.includes('#') ? maxPartitionUnitsPerSecond : maxTableUnitsPerSecond;
    const bucket = buckets.get(name) ?? createBucket({ perSecond }, time.now);
    buckets.set(name, bucket);
    return bucket;
  };
  const isThrottled = (units: readonly Units[]): boolean =>
    units.some(({ of, count }) => !bucketFor(of)(count));

  const transact = async <Result>(items: readonly string[], effect: () => Promise<Result>) => {
    counters.transactions += 1;
    if (isHeld(items)) {
      counters.conflicts += 1;
      await time.sleep(dice.between(...cancellationMilliseconds));
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
    counters,
    perform: async ({ kind, items = [], units = [] }, effect) => {
      if (isThrottled(units)) {
        counters.throttles += 1;
        if (kind === 'transaction') return undecided;
        throw new Outage('ThrottlingException');
      }
      if (kind === 'transaction') return await transact(items, effect);
      if (kind === 'write' && isHeld(items)) {
        counters.conflicts += 1;
        return undecided;
      }
      if (kind === 'batch' && dice.chance(behaviour.unprocessedShare())) return undecided;
      const result = await effect();
      if (kind === 'index') await time.sleep(behaviour.indexLagMilliseconds());
      return result;
    },
  };
}

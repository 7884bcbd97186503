/**
 * Conflicts between operations on an item. DynamoDB cancels a transaction that conflicts with
 * another one. It refuses a plain write of an item that is in a transaction (Developer Guide,
 * "Transaction conflict handling").
 */
import { setTimeout } from 'node:timers/promises';
import type { FaultInjector } from './injected-faults.ts';
import { refuse } from './refusal.ts';

/** Names an item across all tables. */
export const formatItemId = (table: string, key: string): string => `${table}/${key}`;

/** The items that are in a transaction. */
export interface Isolation {
  /** Throws TransactionConflictException for an item that is in a transaction. */
  readonly admitWrite: (id: string) => void;
  /** The positions of the items that are in another transaction. */
  readonly findConflicts: (ids: readonly string[]) => ReadonlySet<number>;
  /** Holds the items for a transaction's duration, then runs it. */
  readonly hold: <Result>(ids: readonly string[], run: () => Promise<Result>) => Promise<Result>;
}

// Injected conflicts affect plain writes of these items only, because no other item has been in a
// transaction.
const maxRememberedItems = 10_000;

/**
 * Creates the isolation. With 0 milliseconds nothing is held, so transactions wait for each other
 * and never conflict. `faults` injects conflicts with transactions of other clients.
 */
export const createIsolation = (
  transactionMilliseconds: number,
  faults: FaultInjector,
): Isolation => {
  const held = new Set<string>();
  const remembered = new Set<string>();
  const remember = (id: string): void => {
    remembered.add(id);
    const [oldest] = remembered;
    if (remembered.size > maxRememberedItems && oldest !== undefined) remembered.delete(oldest);
  };
  return {
    admitWrite: (id) => {
      if (held.has(id) || (remembered.has(id) && faults.conflicts())) {
        throw refuse('TransactionConflictException', 'Transaction is ongoing for the item');
      }
    },
    findConflicts: (ids) => {
      const conflicts = new Set([...ids.keys()].filter((index) => held.has(ids[index] ?? '')));
      if (faults.conflicts()) conflicts.add(faults.pick(ids.length));
      if (faults.isOn) ids.forEach(remember);
      return conflicts;
    },
    hold: async (ids, run) => {
      if (transactionMilliseconds === 0) return run();
      for (const id of ids) held.add(id);
      try {
        await setTimeout(transactionMilliseconds);
        return await run();
      } finally {
        for (const id of ids) held.delete(id);
      }
    },
  };
};

/**
 * Keeps descriptions of tables in memory: every operation on an item reads its table's, half of all
 * reads.
 */
import type { Store, Table } from 'dynalite/db/index.js';
import type { Json } from '../aws-service.ts';

/** A store for operations on items, and a wrapper for the operations that change tables. */
export interface CachedTables {
  readonly store: Store;
  /** Forgets all tables before and after the operation. */
  readonly changing: (operation: () => Promise<Json>) => Promise<Json>;
}

/** Only tables that are active are kept; the others change by themselves. */
export const cacheTables = (store: Store): CachedTables => {
  let tables = new Map<string, Table>();
  const getTable: Store['getTable'] = (name, done) => {
    const cached = tables.get(name);
    if (cached) {
      done(null, cached);
      return;
    }
    // A read that began before a change is not kept after it.
    const begun = tables;
    store.getTable(name, (error, table) => {
      if (table?.TableStatus === 'ACTIVE') begun.set(name, table);
      done(error, table);
    });
  };
  const forget = (): void => {
    tables = new Map();
  };
  return {
    store: { ...store, getTable },
    changing: async (operation) => {
      forget();
      try {
        return await operation();
      } finally {
        forget();
      }
    },
  };
};

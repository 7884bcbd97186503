/**
 * Caches table descriptions in memory. Every operation on an item reads its table's description,
 * which is half of all reads.
 */
import type { Store, Table } from 'dynalite/db/index.js';
import type { Json } from '../aws-service.ts';

/** A store for operations on items, and a wrapper for the operations that change tables. */
export interface CachedTables {
  readonly store: Store;
  /** Clears the cache before and after the operation. */
  readonly changing: (operation: () => Promise<Json>) => Promise<Json>;
}

/** Caches active tables only, because the others change without an operation. */
export const cacheTables = (store: Store): CachedTables => {
  let tables = new Map<string, Table>();
  const getTable: Store['getTable'] = (name, done) => {
    const cached = tables.get(name);
    if (cached) {
      done(null, cached);
      return;
    }
    // A read that began before a change is not cached after it.
    const begun = tables;
    store.getTable(name, (error, table) => {
      if (table?.TableStatus === 'ACTIVE') begun.set(name, table);
      done(error, table);
    });
  };
  const clear = (): void => {
    tables = new Map();
  };
  return {
    store: { ...store, getTable },
    changing: async (operation) => {
      clear();
      try {
        return await operation();
      } finally {
        clear();
      }
    },
  };
};

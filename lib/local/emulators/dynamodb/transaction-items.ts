/** Locates and locks the items of a transaction. */
import type { Store, Table } from 'dynalite/db/index.js';
import type { Json } from '../aws-service.ts';
import { cancelFor, none, toReason } from './cancellation.ts';
import { formatItemId } from './isolation.ts';
import { refuse } from './refusal.ts';
import { findStoredKey, findTable, lockItem } from './store.ts';

/** An item by its key in the store, whether it exists or not. */
export interface LocatedItem {
  readonly table: string;
  readonly key: string;
  /** Unique across all tables. */
  readonly id: string;
}

/**
 * Locates one item per part, in the same order. Rejects with ResourceNotFoundException, with
 * TransactionCanceledException if a key is invalid for its table, and with ValidationException if
 * two parts name one item.
 */
export const locateItems = async (
  store: Store,
  parts: readonly { readonly table: string; readonly request: Json }[],
): Promise<readonly LocatedItem[]> => {
  const tables = new Map<string, Table>();
  for (const { table } of parts) {
    if (!tables.has(table)) tables.set(table, await findTable(store, table));
  }
  const keys = parts.map(({ table, request }) =>
    findStoredKey(tables.get(table) as Table, request),
  );
  cancelFor(keys.map((key) => (typeof key === 'string' ? none : toReason(key))));
  const items = parts.map(({ table }, index) => {
    const key = String(keys[index]);
    return { table, key, id: formatItemId(table, key) };
  });
  if (new Set(items.map(({ id }) => id)).size === items.length) return items;
  throw refuse(
    'ValidationException',
    'Transaction request cannot include multiple operations on one item',
  );
};

/**
 * Locks every item, always in the same order, so that two transactions cannot wait for each other.
 */
export const lockItems = async (
  store: Store,
  items: readonly LocatedItem[],
): Promise<() => void> => {
  const unlocks: (() => void)[] = [];
  for (const { table, key } of items.toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    unlocks.push(await lockItem(store, table, key));
  }
  return () => {
    for (const unlock of unlocks) unlock();
  };
};

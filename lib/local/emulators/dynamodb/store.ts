/**
 * dynalite's store: LevelDB in a directory or in memory, and the parts of it that transactions use.
 */
import db, { type BatchOperation, type Item, type Store, type Table } from 'dynalite/db/index.js';
import type { Json } from '../aws-service.ts';
import { isRefusal, type Refusal } from './refusal.ts';

/**
 * Opens the tables in `directory`, which no other process may have open. Without a directory the
 * tables are in memory.
 */
export const openStore = (directory: string | undefined): Store =>
  db.create({ path: directory, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });

/** Finds a table by its name; rejects with ResourceNotFoundException. */
export const findTable = (store: Store, name: string): Promise<Table> =>
  new Promise((resolve, reject) => {
    store.getTable(name, (error, table) => (table ? resolve(table) : reject(error)));
  });

/** The stored key of an item, or the refusal of a key that is invalid for its table. */
export const findStoredKey = (table: Table, request: Json): string | Refusal => {
  const item = request.Item as Item | undefined;
  const keyed = item ?? (request.Key as Item);
  const invalid = item ? db.validateItem(item, table) : db.validateKey(keyed, table);
  return isRefusal(invalid) ? invalid : db.createKey(keyed, table);
};

/** Waits until an item is free, and holds it until the returned function is called. */
export const lockItem = (store: Store, table: string, key: string): Promise<() => void> =>
  new Promise((resolve) => {
    store.getItemDb(table).lock(key, (release) => resolve(release(() => {})));
  });

/**
 * Writes everything or nothing. LevelDB appends a batch to its log as one record with a checksum,
 * and replays complete records when it opens. So a killed process leaves no partial write.
 */
export const commit = async (
  store: Store,
  operations: readonly BatchOperation[],
): Promise<void> => {
  if (operations.length > 0) await store.db.batch(operations);
};

/** Computes the effect of a write without applying it. */
import type { BatchOperation, Item, ItemDb, Store, WritableDb } from 'dynalite/db/index.js';
import type { Json } from '../aws-service.ts';
import { runAction } from './dynalite-operations.ts';
import { isRefusal, type Refusal } from './refusal.ts';

/** A write of one item. */
export type WriteOperation = 'PutItem' | 'UpdateItem' | 'DeleteItem';

/** A write's changes and output, or the reason for its refusal. */
export interface WritePlan {
  /** The changes to the item and its index entries, applied together or not at all. */
  readonly changes: readonly BatchOperation[];
  /** The item before the write. */
  readonly oldItem: Item | undefined;
  readonly output: Json;
  /** A failed condition, or an update that is invalid for the item. */
  readonly refusal?: Refusal;
}

/** Waits for the item; rejects to refuse the write. */
type Lock = (table: string, key: string) => Promise<void>;

/**
 * Plans a write of an item that `lock` holds until the plan is applied. Rejects with faults of the
 * store.
 */
export const planWrite = async (
  store: Store,
  operation: WriteOperation,
  request: Json,
  lock: Lock,
): Promise<WritePlan> => {
  const recording = record(store, lock);
  const { changes, seen } = recording;
  try {
    const run = runAction(recording.store, operation, request);
    const output = await Promise.race([run, recording.unlocked]);
    return { ...seen, changes, output };
  } catch (refusal) {
    if (!isRefusal(refusal)) throw refusal;
    return { ...seen, changes: [], output: {}, refusal };
  }
};

/** A store that reads the items, and records writes instead of applying them. */
const record = (store: Store, lock: Lock) => {
  const changes: BatchOperation[] = [];
  const seen: { oldItem: Item | undefined } = { oldItem: undefined };
  const unlocked = Promise.withResolvers<never>();
  const createRecorder = (prefix: string): WritableDb => ({
    put: (key, value, done) => {
      changes.push({ type: 'put', key: `${prefix}~${key}`, value });
      done(null);
    },
    del: (key, done) => {
      changes.push({ type: 'del', key: `${prefix}~${key}` });
      done(null);
    },
  });
  const getItemDb = (table: string): ItemDb => ({
    ...createRecorder(`item-${table}`),
    get: (key, done) =>
      store.getItemDb(table).get(key, (error, item) => {
        seen.oldItem = item;
        done(error, item);
      }),
    lock: (key, body) => {
      lock(table, key)
        .then(() => body((done) => done))
        .catch(unlocked.reject);
    },
  });
  const getIndexDb = (kind: string, table: string, index: string) =>
    createRecorder(`index-${kind.toLowerCase()}~${table}~${index}`);
  return {
    store: { ...store, getItemDb, getIndexDb },
    changes,
    seen,
    unlocked: unlocked.promise,
  };
};

/** The item that a plan writes; undefined if it deletes one. */
export const findWrittenItem = (changes: WritePlan['changes']): Item | undefined =>
  changes.find(({ type, key }) => type === 'put' && key.startsWith('item-'))?.value as
    | Item
    | undefined;

/**
 * PutItem, UpdateItem and DeleteItem: writes one item and its index entries together, or nothing.
 */
import type { Store } from 'dynalite/db/index.js';
import type { Json } from '../aws-service.ts';
import { readRequest } from './dynalite-operations.ts';
import { formatItemId, type Isolation } from './isolation.ts';
import { addCollectionMetrics } from './item-collection-metrics.ts';
import { planWrite, type WriteOperation } from './plan-write.ts';
import { createConditionFailure, readReturnedOnFailure } from './returned-on-failure.ts';
import { commit, lockItem } from './store.ts';

/** Rejects with a refusal; a failed condition includes the item on request. */
export const writeItem = async (
  store: Store,
  isolation: Isolation,
  operation: WriteOperation,
  input: Json,
): Promise<Json> => {
  const returned = readReturnedOnFailure(input);
  const request = readRequest(store, operation, input);
  let unlock = () => {};
  try {
    const plan = await planWrite(store, operation, request, async (table, key) => {
      isolation.admitWrite(formatItemId(table, key));
      unlock = await lockItem(store, table, key);
    });
    if (plan.refusal) throw createConditionFailure(plan.refusal, returned, plan.oldItem);
    await commit(store, plan.changes);
    return addCollectionMetrics(store, request, plan.output);
  } finally {
    unlock();
  }
};

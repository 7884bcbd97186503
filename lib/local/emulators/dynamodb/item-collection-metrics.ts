/**
 * `ReturnItemCollectionMetrics: SIZE`, which dynalite ignores. For a table with a local secondary
 * index, AWS returns the size of the items with one partition key.
 */
import type { Item, Store } from 'dynalite/db/index.js';
import type { Json } from '../aws-service.ts';
import { findTable } from './store.ts';

/**
 * Adds the metrics to a write's output. The estimate is AWS's lowest, because the emulator stores
 * few items.
 */
export const addCollectionMetrics = async (
  store: Store,
  request: Json,
  output: Json,
): Promise<Json> => {
  if (request.ReturnItemCollectionMetrics !== 'SIZE') return output;
  const { KeySchema, LocalSecondaryIndexes } = await findTable(store, String(request.TableName));
  const hash = KeySchema[0]?.AttributeName ?? '';
  const item = (request.Item ?? request.Key) as Item;
  if (!LocalSecondaryIndexes) return output;
  return {
    ...output,
    ItemCollectionMetrics: {
      ItemCollectionKey: { [hash]: item[hash] },
      SizeEstimateRangeGB: [0, 1],
    },
  };
};

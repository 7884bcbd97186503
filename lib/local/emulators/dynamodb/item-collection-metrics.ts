/**
 * `ReturnItemCollectionMetrics: SIZE`, which dynalite ignores: AWS answers the size of the items
 * with one partition key, for a table that has a local secondary index.
 */
import type { Item, Store } from 'dynalite/db/index.js';
import type { Json } from '../aws-service.ts';
import { findTable } from './store.ts';

/**
 * The output of a write with the metrics; the estimate is AWS's lowest, as the emulator holds
 * little.
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

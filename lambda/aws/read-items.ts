/**
 * BatchGetItem over several tables. It reads every key, or throws. It is not a snapshot: each item
 * is consistent by itself.
 */
import {
  BatchGetItemCommand,
  type DynamoDBClient,
  type KeysAndAttributes,
} from '@aws-sdk/client-dynamodb';
import type { Item } from './attributes.ts';
import { type Repeats, repeatUntilDecided, undecided } from './repeat-until-decided.ts';

/** The most keys that one BatchGetItem takes. */
export const maxKeysPerBatch = 100;

/** Keys by table. A table without keys is not read. */
export type KeysByTable = Readonly<Record<string, readonly Item[]>>;

/**
 * Reads the items consistently. The result finds an item by its table and `id`, or returns
 * undefined. Without keys it makes no call. Throws `KeysUnprocessed` if DynamoDB leaves keys unread
 * too often.
 */
export async function readItems(
  client: Pick<DynamoDBClient, 'send'>,
  keys: KeysByTable,
  repeats?: Repeats,
): Promise<(table: string, key: Item) => Item | undefined> {
  const found = new Map<string, Item>();
  let RequestItems: Record<string, KeysAndAttributes> = Object.fromEntries(
    Object.entries(keys)
      .filter(([, Keys]) => Keys.length > 0)
      .map(([table, Keys]) => [table, { Keys: [...Keys], ConsistentRead: true }]),
  );
  // DynamoDB refuses a batch without keys.
  if (Object.keys(RequestItems).length === 0) return () => undefined;
  await repeatUntilDecided(
    async () => {
      const { Responses = {}, UnprocessedKeys = {} } = await client.send(
        new BatchGetItemCommand({ RequestItems }),
      );
      for (const [table, items] of Object.entries(Responses))
        for (const item of items) found.set(nameOf(table, item), item);
      if (Object.keys(UnprocessedKeys).length === 0) return true;
      RequestItems = UnprocessedKeys;
      return undecided;
    },
    'KeysUnprocessed',
    repeats,
  );
  return (table, key) => found.get(nameOf(table, key));
}

const nameOf = (table: string, { id }: Item): string => `${table} ${id?.S}`;

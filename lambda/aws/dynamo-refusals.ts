/**
 * Requests that were refused without a Grant, in DynamoDB: one item per refusal, and one counter
 * per source and day.
 */
import { type DynamoDBClient, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Refusals } from '../ports.ts';
import { number, ttlAfter } from './attributes.ts';
import { itemOfEntry, refusalDays } from './history-item.ts';
import { storedItem } from './stored.ts';

/**
 * The refusals kept per source and day. A flood shows in the log and the metrics, which have every
 * refusal.
 */
const maxOfSource = 100;

/** The refusals kept per connector and day, from all sources together. */
const maxOfConnector = 10_000;

/** The port on a table whose keys are `connectorDay` and `endedAt`. */
export const dynamoRefusals = (
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
): Refusals => {
  const count = async (connectorDay: string, what: string, ttl: ReturnType<typeof number>) => {
    const { Attributes = {} } = await client.send(
      new UpdateItemCommand({
        TableName,
        Key: { connectorDay: { S: `${connectorDay}#counts` }, endedAt: { S: what } },
        UpdateExpression: 'ADD refused :one SET #ttl = :ttl',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':one': number(1), ':ttl': ttl },
        ReturnValues: 'UPDATED_NEW',
      }),
    );
    return storedItem(Attributes, 'ProgressUnreadable').number('refused');
  };
  return {
    record: async (entry, source) => {
      const item = itemOfEntry(entry);
      const day = item.connectorDay?.S ?? '';
      const ttl = ttlAfter(entry.atMilliseconds / 1000, refusalDays);
      const [ofSource, ofConnector] = await Promise.all([
        count(day, source, ttl),
        count(day, 'all', ttl),
      ]);
      if (ofSource > maxOfSource || ofConnector > maxOfConnector) return;
      await client.send(new PutItemCommand({ TableName, Item: { ...item, ttl } }));
    },
  };
};

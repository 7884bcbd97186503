/**
 * The budgets of sources in DynamoDB. There is one item per budget, source and hour, and one per
 * budget, connector and day.
 */
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { isOver, isPossiblyOver, toDay, toHour } from '../policy/client-allowance.ts';
import type { ClientLimit, ClientLimits } from '../ports/envelopes.ts';
import { computeTtl, toNumberAttribute } from './attributes.ts';

/**
 * How long a function caches the connector's count of the day. Each failure that it records itself
 * returns the new count. So a function with an old count allows one request too many.
 */
const cacheSeconds = 60;

/** The most sources that a function caches as being over their allowance. */
const maxCachedSources = 1000;

/** Longer than the period that an item counts. */
const keptDays = 2;

/**
 * Creates one budget, in a table whose key is `id`. On quiet days it reads one item a minute, and
 * writes nothing. A source over its allowance causes no read for the rest of the hour.
 */
function createClientLimit(
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
  budget: keyof ClientLimits,
  { connectorId, nowSeconds }: { connectorId: string; nowSeconds: () => number },
): ClientLimit {
  const keyOf = (period: string) => ({ id: { S: `${connectorId}#${budget}#${period}` } });
  const keyOfSource = (source: string) => keyOf(`hour-${toHour(nowSeconds())}#${source}`);
  const keyOfDay = (day: number) => keyOf(`day-${day}`);
  let cached:
    | { readonly day: number; readonly count: number; readonly untilSeconds: number }
    | undefined;

  /** A source that is over its allowance stays over until the hour ends. */
  const overInHour = new Map<string, number>();

  const read = async (Key: ReturnType<typeof keyOf>): Promise<number> => {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key }));
    return Number(Item?.charges?.N ?? 0);
  };
  const add = async (Key: ReturnType<typeof keyOf>): Promise<number> => {
    const command = new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression: 'ADD charges :one SET #ttl = :ttl',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':one': toNumberAttribute(1),
        ':ttl': computeTtl(nowSeconds(), keptDays),
      },
      ReturnValues: 'UPDATED_NEW',
    });
    return Number((await client.send(command)).Attributes?.charges?.N);
  };
  const cacheCount = (day: number, count: number): number => {
    cached = { day, count, untilSeconds: nowSeconds() + cacheSeconds };
    return count;
  };
  const readToday = async (): Promise<number> => {
    const day = toDay(nowSeconds());
    if (cached?.day === day && nowSeconds() < cached.untilSeconds) return cached.count;
    return cacheCount(day, await read(keyOfDay(day)));
  };
  return {
    allows: async (source) => {
      const hour = toHour(nowSeconds());
      if (overInHour.get(source) === hour) return false;
      const byConnectorToday = await readToday();
      if (!isPossiblyOver(byConnectorToday)) return true;
      const byClientThisHour = await read(keyOfSource(source));
      const isNowOver = isOver({ byClientThisHour, byConnectorToday });
      if (isNowOver && overInHour.size >= maxCachedSources) overInHour.clear();
      if (isNowOver) overInHour.set(source, hour);
      return !isNowOver;
    },
    recordFailure: async (source) => {
      const day = toDay(nowSeconds());
      const [count] = await Promise.all([add(keyOfDay(day)), add(keyOfSource(source))]);
      cacheCount(day, count);
    },
  };
}

/** Creates every budget of a connector. */
export const createDynamoClientLimits = (
  client: Pick<DynamoDBClient, 'send'>,
  table: string,
  options: { connectorId: string; nowSeconds: () => number },
): ClientLimits => ({
  decryptions: createClientLimit(client, table, 'decryptions', options),
  guesses: createClientLimit(client, table, 'guesses', options),
  validations: createClientLimit(client, table, 'validations', options),
});

/**
 * The budgets of sources in DynamoDB: one item per budget, source and hour, and one per budget,
 * connector and day.
 */
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { isOver, isPossiblyOver, toDay, toHour } from '../policy/client-allowance.ts';
import type { ClientLimit, ClientLimits } from '../ports/envelopes.ts';
import { computeTtl, toNumberAttribute } from './attributes.ts';

/**
 * How long a function caches the connector's count of the day, in seconds. Each charge of its own
 * returns the new count. So a function that has not noticed a flood allows one request too many.
 */
const believedSeconds = 60;

/** The sources that a function caches as over their allowance. */
const maxCachedSources = 1000;

/** Longer than the window that an item counts. */
const keptDays = 2;

/**
 * The port on a table whose key is `id`. On quiet days it reads one item a minute, and writes
 * nothing. A source that is over its allowance costs no read for the rest of the hour.
 */
function dynamoSourceLimit(
  client: DynamoDBClient,
  TableName: string,
  budget: keyof ClientLimits,
  { connectorId, nowSeconds }: { connectorId: string; nowSeconds: () => number },
): ClientLimit {
  const keyOf = (window: string) => ({ id: { S: `${connectorId}#${budget}#${window}` } });
  const ofSource = (source: string) => keyOf(`hour-${toHour(nowSeconds())}#${source}`);
  const ofDay = (day: number) => keyOf(`day-${day}`);
  let known:
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
  const believe = (day: number, count: number): number => {
    known = { day, count, untilSeconds: nowSeconds() + believedSeconds };
    return count;
  };
  const today = async (): Promise<number> => {
    const day = toDay(nowSeconds());
    if (known?.day === day && nowSeconds() < known.untilSeconds) return known.count;
    return believe(day, await read(ofDay(day)));
  };
  return {
    allows: async (source) => {
      const hour = toHour(nowSeconds());
      if (overInHour.get(source) === hour) return false;
      const byConnectorToday = await today();
      if (!isPossiblyOver(byConnectorToday)) return true;
      const byClientThisHour = await read(ofSource(source));
      const isNowOver = isOver({ byClientThisHour, byConnectorToday });
      if (isNowOver && overInHour.size >= maxCachedSources) overInHour.clear();
      if (isNowOver) overInHour.set(source, hour);
      return !isNowOver;
    },
    recordFailure: async (source) => {
      const day = toDay(nowSeconds());
      const [count] = await Promise.all([add(ofDay(day)), add(ofSource(source))]);
      believe(day, count);
    },
  };
}

/** Every budget of a connector. */
export const createDynamoClientLimits = (
  client: DynamoDBClient,
  table: string,
  options: { connectorId: string; nowSeconds: () => number },
): ClientLimits => ({
  decryptions: dynamoSourceLimit(client, table, 'decryptions', options),
  guesses: dynamoSourceLimit(client, table, 'guesses', options),
  validations: dynamoSourceLimit(client, table, 'validations', options),
});

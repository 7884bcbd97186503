/**
 * The limit on envelopes that do not open, in DynamoDB: one item per source and hour, and one per
 * connector and day.
 */
import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dayOf, hourOf, isOver, mayBeOver } from '../policy/decryption-allowance.ts';
import type { EnvelopeLimit } from '../ports.ts';
import { number, ttlAfter } from './attributes.ts';

/**
 * How long a function caches the connector's count of the day, in seconds. Each failed decryption
 * of its own returns the new count. So a function that has not noticed a flood opens one envelope
 * too many.
 */
const believedSeconds = 60;

/** Longer than the window that an item counts. */
const keptDays = 2;

/**
 * The port on a table whose key is `id`. On quiet days it reads one item a minute, and writes
 * nothing.
 */
export function dynamoEnvelopeLimit(
  client: DynamoDBClient,
  TableName: string,
  { connectorId, nowSeconds }: { connectorId: string; nowSeconds: () => number },
): EnvelopeLimit {
  const keyOf = (window: string) => ({ id: { S: `${connectorId}#vain#${window}` } });
  const ofSource = (source: string) => keyOf(`hour-${hourOf(nowSeconds())}#${source}`);
  const ofDay = (day: number) => keyOf(`day-${day}`);
  let known:
    | { readonly day: number; readonly count: number; readonly untilSeconds: number }
    | undefined;

  const read = async (Key: ReturnType<typeof keyOf>): Promise<number> => {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key }));
    return Number(Item?.opened?.N ?? 0);
  };
  const add = async (Key: ReturnType<typeof keyOf>): Promise<number> => {
    const command = new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression: 'ADD opened :one SET #ttl = :ttl',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':one': number(1), ':ttl': ttlAfter(nowSeconds(), keptDays) },
      ReturnValues: 'UPDATED_NEW',
    });
    return Number((await client.send(command)).Attributes?.opened?.N);
  };
  const believe = (day: number, count: number): number => {
    known = { day, count, untilSeconds: nowSeconds() + believedSeconds };
    return count;
  };
  const today = async (): Promise<number> => {
    const day = dayOf(nowSeconds());
    if (known?.day === day && nowSeconds() < known.untilSeconds) return known.count;
    return believe(day, await read(ofDay(day)));
  };
  return {
    isOpenTo: async (source) => {
      const ofConnectorToday = await today();
      if (!mayBeOver(ofConnectorToday)) return true;
      const ofSourceThisHour = await read(ofSource(source));
      return !isOver({ ofSourceThisHour, ofConnectorToday });
    },
    chargeTo: async (source) => {
      const day = dayOf(nowSeconds());
      const [count] = await Promise.all([add(ofDay(day)), add(ofSource(source))]);
      believe(day, count);
    },
  };
}

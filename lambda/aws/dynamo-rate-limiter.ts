/**
 * The rate limiter of IssueCertificate in DynamoDB: one item per service, which holds the time of
 * the next turn.
 */
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { Fault } from '../core/errors.ts';
import type { IssuanceRateLimiter } from '../ports/rate-limiter.ts';
import { type Item, toNumberAttribute } from './attributes.ts';
import { type ItemChange, update, writeConditionally } from './conditional-write.ts';
import { rateLimiterKey } from './enrolment-keys.ts';
import { readStoredItem } from './stored-item.ts';

/**
 * Two functions that find the queue empty at the same time compete for the turn. The second one
 * takes the turn after it.
 */
const maxTries = 5;

/** The port on the table of certificates. */
export function createDynamoRateLimiter(
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
  { perSecond }: { readonly perSecond: number },
): IssuanceRateLimiter {
  const between = Math.ceil(1000 / perSecond);
  const take = async (how: ItemChange): Promise<number | undefined> => {
    const names = { ExpressionAttributeNames: { '#next': 'nextTurnAtMilliseconds' } };
    const command = update({
      TableName,
      Key: rateLimiterKey,
      ReturnValues: 'UPDATED_NEW',
      ...names,
      ...how,
    });
    const result = await writeConditionally(client, command, 'RateLimiterContended');
    if ('failed' in result) return undefined;
    return readNextTurn(result.written) - between;
  };
  return {
    take: async (now, nextTurnAtMilliseconds) => {
      let hasQueue = nextTurnAtMilliseconds > now;
      for (let tries = 0; tries < maxTries; tries += 1) {
        const turn = await take(hasQueue ? takeNext(now, between) : takeNow(now, between));
        if (turn !== undefined) return turn;
        hasQueue = !hasQueue;
      }
      throw new Fault('RateLimiterContended');
    },
  };
}

/** Fetches the time of the next turn, in epoch milliseconds, and leaves the turn free. */
export const createDynamoNextTurn =
  (client: Pick<DynamoDBClient, 'send'>, TableName: string): (() => Promise<number>) =>
  async () => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key: rateLimiterKey, ConsistentRead: true }),
    );
    return readNextTurn(Item);
  };

/** Reads the time of the next turn from the rate limiter's item; 0 before the first turn. */
export const readNextTurn = (item: Item | undefined): number =>
  item === undefined
    ? 0
    : readStoredItem(item, 'ProgressUnreadable').number('nextTurnAtMilliseconds');

/** Calls are queued, so this takes the turn after the last one. */
const takeNext = (now: number, between: number): ItemChange => ({
  UpdateExpression: 'SET #next = #next + :between',
  ConditionExpression: '#next > :now',
  ExpressionAttributeValues: {
    ':now': toNumberAttribute(now),
    ':between': toNumberAttribute(between),
  },
});

/** The queue is empty, so this takes the current turn. */
const takeNow = (now: number, between: number): ItemChange => ({
  UpdateExpression: 'SET #next = :then',
  ConditionExpression: 'attribute_not_exists(#next) OR #next <= :now',
  ExpressionAttributeValues: {
    ':now': toNumberAttribute(now),
    ':then': toNumberAttribute(now + between),
  },
});

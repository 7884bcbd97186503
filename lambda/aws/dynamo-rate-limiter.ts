/**
 * The rate limiter of IssueCertificate in DynamoDB: one item of the service holds when the next
 * turn is.
 */
import {
  type DynamoDBClient,
  GetItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import { Fault } from '../core/errors.ts';
import type { IssuanceRateLimiter } from '../ports/rate-limiter.ts';
import { toNumberAttribute } from './attributes.ts';
import { update, writeConditionally } from './conditional-write.ts';
import { readNextTurn } from './dynamo-enrolments.ts';
import { rateLimiterKey } from './enrolment-keys.ts';
import { readStoredItem } from './stored-item.ts';

/**
 * Two functions that find the queue empty at once race for the slot; the loser takes the next one.
 */
const maxTries = 5;

/** The port on the table of certificates. */
export function createDynamoRateLimiter(
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
  { perSecond }: { readonly perSecond: number },
): IssuanceRateLimiter {
  const between = Math.ceil(1000 / perSecond);
  const take = async (how: Change): Promise<number | undefined> => {
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
    return (
      readStoredItem(result.written, 'ProgressUnreadable').number('nextTurnAtMilliseconds') -
      between
    );
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

/** Reads when the next turn is, in epoch milliseconds, without taking it. */
export const createDynamoNextTurn =
  (client: Pick<DynamoDBClient, 'send'>, TableName: string): (() => Promise<number>) =>
  async () => {
    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key: rateLimiterKey, ConsistentRead: true }),
    );
    return readNextTurn(Item);
  };

type Change = Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'
>;

/** Requests queue: take the slot after the last one. */
const takeNext = (now: number, between: number): Change => ({
  UpdateExpression: 'SET #next = #next + :between',
  ConditionExpression: '#next > :now',
  ExpressionAttributeValues: {
    ':now': toNumberAttribute(now),
    ':between': toNumberAttribute(between),
  },
});

/** The queue is empty: take the current slot. */
const takeNow = (now: number, between: number): Change => ({
  UpdateExpression: 'SET #next = :then',
  ConditionExpression: 'attribute_not_exists(#next) OR #next <= :now',
  ExpressionAttributeValues: {
    ':now': toNumberAttribute(now),
    ':then': toNumberAttribute(now + between),
  },
});

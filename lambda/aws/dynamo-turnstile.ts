/** The turnstile in DynamoDB: one item that holds when the next turn is. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Turnstile } from '../ports.ts';
import { number } from './attributes.ts';

/** How long a function believes what it read of the queue, in milliseconds: one read serves a burst. */
const believedMilliseconds = 500;

/** Two functions that find the turnstile idle at once race for it; the loser takes the turn after. */
const mostTries = 5;

/** A rate, and the time by which turns are counted. */
export interface TurnstileOptions {
  readonly perSecond: number;
  readonly nowMilliseconds: () => number;
}

/** The port on a table whose key is `id`. */
export function dynamoTurnstile(
  client: DynamoDBClient,
  TableName: string,
  connectorId: string,
  { perSecond, nowMilliseconds }: TurnstileOptions,
): Turnstile {
  const Key = { id: { S: `${connectorId}#turnstile` } };
  const between = Math.ceil(1000 / perSecond);
  let known: { readonly next: number; readonly until: number } | undefined;

  const change = async (how: Change): Promise<number | undefined> => {
    const names = { ExpressionAttributeNames: { '#next': 'next' }, ReturnValues: 'UPDATED_NEW' };
    try {
      const command = new UpdateItemCommand({ TableName, Key, ...how, ...(names as object) });
      return Number((await client.send(command)).Attributes?.next?.N) - between;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return undefined;
      throw error;
    }
  };
  return {
    take: async (now) => {
      for (let tries = 0; tries < mostTries; tries += 1) {
        const turn =
          (await change(joinQueue(now, between))) ?? (await change(goAtOnce(now, between)));
        if (turn !== undefined) return turn;
      }
      throw new Error('TurnstileContended');
    },
    next: async () => {
      if (known && nowMilliseconds() < known.until) return known.next;
      const { Item } = await client.send(new GetItemCommand({ TableName, Key }));
      known = { next: Number(Item?.next?.N ?? 0), until: nowMilliseconds() + believedMilliseconds };
      return known.next;
    },
  };
}

type Change = Pick<
  UpdateItemCommandInput,
  'UpdateExpression' | 'ConditionExpression' | 'ExpressionAttributeValues'
>;

/** Somebody's turn is still to come: mine is after the last one's. */
const joinQueue = (now: number, between: number): Change => ({
  UpdateExpression: 'SET #next = #next + :between',
  ConditionExpression: '#next > :now',
  ExpressionAttributeValues: { ':now': number(now), ':between': number(between) },
});

/** Nobody waits: mine is now. */
const goAtOnce = (now: number, between: number): Change => ({
  UpdateExpression: 'SET #next = :then',
  ConditionExpression: 'attribute_not_exists(#next) OR #next <= :now',
  ExpressionAttributeValues: { ':now': number(now), ':then': number(now + between) },
});

/** Challenges in DynamoDB. One item, one condition (design decision 3): a claim is one conditional update. */
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { generationOf } from '../generation.ts';
import type { Challenges, Claim } from '../ports.ts';
import { number } from './attributes.ts';
import { type Item, itemOf, recordOf } from './challenge-item.ts';
import { unlessConditionFails } from './unless-condition-fails.ts';

/**
 * What makes a challenge good, in its item alone. Expiry is a condition of every claim: TTL deletes days late.
 * `holders` have claimed and wait for a certificate, `spenders` have one.
 */
const claimable =
  'usesLeft > :zero AND NOT contains(holders, :holder) AND NOT contains(spenders, :holder)' +
  ' AND (attribute_not_exists(released.#who) OR released.#who < :generation)' +
  ' AND attribute_not_exists(revokedAt) AND (attribute_not_exists(expiresAt) OR expiresAt > :now)';

/** Uses that come back just after they were missed, so often in a row, are not to be expected. */
const mostTries = 3;

/** The port on a table whose key is `id`. */
export function dynamoChallenges(client: DynamoDBClient, table: string): Challenges {
  const read = async (id: string): Promise<Item | undefined> => {
    const command = new GetItemCommand({
      TableName: table,
      Key: { id: { S: id } },
      ConsistentRead: true,
    });
    return (await client.send(command)).Item;
  };
  const update = (id: string, change: Change): Promise<boolean> =>
    unlessConditionFails(
      client.send(new UpdateItemCommand({ TableName: table, Key: { id: { S: id } }, ...change })),
    );
  return {
    create: async (record) => {
      const ConditionExpression = 'attribute_not_exists(id)';
      await client.send(
        new PutItemCommand({ TableName: table, Item: itemOf(record), ConditionExpression }),
      );
    },
    find: async (id) => {
      const item = await read(id);
      return item && recordOf(item);
    },
    claim: async (id, holder, nowSeconds) => {
      for (let tries = 0; tries < mostTries; tries += 1) {
        if (await update(id, claimChange(holder, nowSeconds))) return 'claimed';
        const claim = claimOf(await read(id), holder, nowSeconds);
        // Claimable after all: a use was given back in between.
        if (claim !== 'claimable') return claim;
      }
      throw new Error('ChallengeContended');
    },
    release: async (id, holder) => {
      await update(id, releaseChange(holder));
    },
    spend: async (id, holder) => {
      await update(id, spendChange(holder));
    },
  };
}

type Change = Pick<
  ConstructorParameters<typeof UpdateItemCommand>[0],
  | 'UpdateExpression'
  | 'ConditionExpression'
  | 'ExpressionAttributeNames'
  | 'ExpressionAttributeValues'
>;

const claimChange = (holder: string, nowSeconds: number): Change => ({
  UpdateExpression: 'SET usesLeft = usesLeft - :one ADD holders :holders',
  ConditionExpression: claimable,
  ExpressionAttributeValues: {
    ':zero': number(0),
    ':one': number(1),
    ':holder': { S: holder },
    ':holders': { SS: [holder] },
    ':now': number(nowSeconds),
    ':generation': number(generationOf(holder).generation),
  },
  ExpressionAttributeNames: { '#who': generationOf(holder).enrolmentId },
});

const releaseChange = (holder: string): Change => ({
  UpdateExpression:
    'SET usesLeft = usesLeft + :one, released.#who = :generation DELETE holders :holders',
  ExpressionAttributeNames: { '#who': generationOf(holder).enrolmentId },
  ConditionExpression: 'contains(holders, :holder)',
  ExpressionAttributeValues: {
    ':one': number(1),
    ':holder': { S: holder },
    ':holders': { SS: [holder] },
    ':generation': number(generationOf(holder).generation),
  },
});

const spendChange = (holder: string): Change => ({
  UpdateExpression: 'DELETE holders :holders ADD spenders :holders',
  ConditionExpression: 'contains(holders, :holder)',
  ExpressionAttributeValues: { ':holder': { S: holder }, ':holders': { SS: [holder] } },
});

/** What an item says to this holder. A challenge without limit keeps no holders: its item would outgrow DynamoDB's. */
function claimOf(item: Item | undefined, holder: string, nowSeconds: number): Claim | 'claimable' {
  if (item === undefined) return 'unknown';
  if ([...(item.holders?.SS ?? []), ...(item.spenders?.SS ?? [])].includes(holder))
    return 'claimed';
  const { enrolmentId, generation } = generationOf(holder);
  if (Number(item.released?.M?.[enrolmentId]?.N ?? -1) >= generation) return 'released';
  if (item.revokedAt !== undefined) return 'revoked';
  if (item.expiresAt !== undefined && Number(item.expiresAt.N) <= nowSeconds) return 'expired';
  if (item.usesLeft === undefined) return 'claimed';
  return Number(item.usesLeft.N) > 0 ? 'claimable' : 'used';
}

/** Challenges in DynamoDB. One item, one condition (design decision 3): a claim is one conditional update. */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { generationOf } from '../generation.ts';
import type { ChallengeRecord, Challenges, Claim } from '../ports.ts';
import { number, optional, ttlAfter } from './attributes.ts';

type Item = Record<string, AttributeValue>;

/**
 * What makes a challenge good, in its item alone. Expiry is a condition of every claim: TTL deletes days late.
 * `holders` have claimed and wait for a certificate, `spenders` have one.
 */
const claimable =
  'usesLeft > :zero AND NOT contains(holders, :holder) AND NOT contains(spenders, :holder)' +
  ' AND (attribute_not_exists(released.#who) OR released.#who < :generation)' +
  ' AND attribute_not_exists(revokedAt) AND (attribute_not_exists(expiresAt) OR expiresAt > :now)';

/** How long an expired challenge stays to be shown as such, in days. */
const keptDays = 30;

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
  const update = async (id: string, change: Change): Promise<boolean> => {
    try {
      await client.send(
        new UpdateItemCommand({ TableName: table, Key: { id: { S: id } }, ...change }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  };
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
      const before = claimOf(await read(id), holder, nowSeconds);
      if (before !== 'claimable') return before;
      if (await update(id, claimChange(holder, nowSeconds))) return 'claimed';
      // Somebody changed the item in between: what it says now is the answer, and a use was not to be had.
      const after = claimOf(await read(id), holder, nowSeconds);
      return after === 'claimable' ? 'used' : after;
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

const itemOf = (record: ChallengeRecord): Item => ({
  id: { S: record.id },
  connectorId: { S: record.connectorId },
  challengeId: { S: record.challengeId },
  sealedPassword: { B: record.sealedPassword },
  createdAt: number(record.createdAtSeconds),
  ...optional('name', record.name, (name) => ({ S: name })),
  ...optional('expiresAt', record.expiresAtSeconds, number),
  ...optional('ttl', record.expiresAtSeconds, (seconds) => ttlAfter(seconds, keptDays)),
  ...optional('revokedAt', record.revokedAtSeconds, number),
  ...optional('maxUses', record.maxUses, number),
  ...optional('usesLeft', record.usesLeft, number),
  // Who gave a use back, and in which generation; a path into it needs it to be there.
  ...optional('released', record.usesLeft, () => ({ M: {} })),
});

const recordOf = (item: Item): ChallengeRecord => ({
  id: item.id?.S ?? '',
  connectorId: item.connectorId?.S ?? '',
  challengeId: item.challengeId?.S ?? '',
  sealedPassword: item.sealedPassword?.B ?? new Uint8Array(),
  createdAtSeconds: Number(item.createdAt?.N),
  ...optional('name', item.name?.S, String),
  ...optional('expiresAtSeconds', item.expiresAt?.N, Number),
  ...optional('revokedAtSeconds', item.revokedAt?.N, Number),
  ...optional('maxUses', item.maxUses?.N, Number),
  ...optional('usesLeft', item.usesLeft?.N, Number),
});

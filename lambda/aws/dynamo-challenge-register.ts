/** Challenges as admins see them, in DynamoDB. Every change is a single conditional update. */
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { ChallengePosition, ChallengeRegister } from '../ports/challenges.ts';
import { type Item, toNumberAttribute } from './attributes.ts';
import {
  readChallengeRecord,
  readChallengeSummary,
  toChallengeItem,
  toChallengeTtl,
} from './challenge-item.ts';
import { type ItemChange, isWritten, update, writeConditionally } from './conditional-write.ts';
import { challengesIndex } from './index-attributes.ts';
import { urgentRepeats } from './repeat-until-decided.ts';

const isCurrent = 'attribute_exists(id) AND attribute_not_exists(revokedAt)';

/** The port on a table whose key is `id` and which has the index `byConnector`. */
export function createDynamoChallengeRegister(
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
): ChallengeRegister {
  // A write that meets a claim's transaction on the item is repeated.
  const change = async (id: string, how: ItemChange): Promise<boolean> =>
    isWritten(
      await writeConditionally(
        client,
        update({ TableName, Key: { id: { S: id } }, ...how }),
        'ChallengeContended',
        urgentRepeats,
      ),
    );
  return {
    create: async (record) => {
      const ConditionExpression = 'attribute_not_exists(id)';
      await client.send(
        new PutItemCommand({ TableName, Item: toChallengeItem(record), ConditionExpression }),
      );
    },
    find: async (id) => {
      const { Item } = await client.send(
        new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }),
      );
      return Item && readChallengeRecord(Item);
    },
    list: async (connectorId, { limit, after }) => {
      const { Items = [], LastEvaluatedKey } = await client.send(
        new QueryCommand({
          TableName,
          IndexName: challengesIndex,
          KeyConditionExpression: 'connectorId = :connector',
          ExpressionAttributeValues: { ':connector': { S: connectorId } },
          ScanIndexForward: false,
          Limit: limit,
          ExclusiveStartKey: after && toIndexKey(connectorId, after),
        }),
      );
      return {
        challenges: Items.map(readChallengeSummary),
        ...(LastEvaluatedKey && { next: readPosition(LastEvaluatedKey) }),
      };
    },
    revoke: (id, nowSeconds) => change(id, buildRevokeChange(nowSeconds)),
    replace: (id, by, nowSeconds) => change(id, buildReplaceChange(by, nowSeconds)),
  };
}

/** Removes `connectorId`, so that the index and its lists no longer contain the challenge. */
const buildRevokeChange = (nowSeconds: number): ItemChange => ({
  UpdateExpression: 'SET revokedAt = :now, updatedAt = :now, #ttl = :ttl REMOVE connectorId',
  ConditionExpression: isCurrent,
  ExpressionAttributeNames: { '#ttl': 'ttl' },
  ExpressionAttributeValues: {
    ':now': toNumberAttribute(nowSeconds),
    ':ttl': toChallengeTtl(nowSeconds),
  },
});

const buildReplaceChange = (
  { challengeId, expiresAtSeconds }: { challengeId: string; expiresAtSeconds: number },
  nowSeconds: number,
): ItemChange => ({
  UpdateExpression: 'SET replacedBy = :by, expiresAt = :end, #ttl = :ttl, updatedAt = :now',
  ConditionExpression: `${isCurrent} AND (attribute_not_exists(replacedBy) OR replacedBy = :by)`,
  ExpressionAttributeNames: { '#ttl': 'ttl' },
  ExpressionAttributeValues: {
    ':by': { S: challengeId },
    ':end': toNumberAttribute(expiresAtSeconds),
    ':ttl': toChallengeTtl(expiresAtSeconds),
    ':now': toNumberAttribute(nowSeconds),
  },
});

const toIndexKey = (connectorId: string, { id, createdAtSeconds }: ChallengePosition): Item => ({
  id: { S: id },
  connectorId: { S: connectorId },
  createdAt: toNumberAttribute(createdAtSeconds),
});

const readPosition = (key: Item): ChallengePosition => ({
  id: key.id?.S ?? '',
  createdAtSeconds: Number(key.createdAt?.N),
});

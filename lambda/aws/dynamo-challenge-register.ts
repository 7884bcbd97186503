/** Challenges in DynamoDB as admins see them. Every change is a single conditional update. */
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { ChallengePosition, ChallengeRegister } from '../ports/challenges.ts';
import { toNumberAttribute } from './attributes.ts';
import {
  computeSweepTime,
  readChallengeSummary,
  recordOf,
  toChallengeItem,
} from './challenge-item.ts';
import { isWritten, update, writeConditionally } from './conditional-write.ts';
import type { Item } from './enrolment-keys.ts';
import { challengesIndex } from './index-attributes.ts';
import { urgentRepeats } from './repeat-until-decided.ts';

const standing = 'attribute_exists(id) AND attribute_not_exists(revokedAt)';

/** The port on a table whose key is `id` and which has the index `byConnector`. */
export function createDynamoChallengeRegister(
  client: DynamoDBClient,
  TableName: string,
): ChallengeRegister {
  // A claim's transaction may hold the item, so a write that meets one is repeated.
  const change = async (id: string, how: Change): Promise<boolean> =>
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
      return Item && recordOf(Item);
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
          ExclusiveStartKey: after && keyOf(connectorId, after),
        }),
      );
      return {
        challenges: Items.map(readChallengeSummary),
        ...(LastEvaluatedKey && { next: positionOf(LastEvaluatedKey) }),
      };
    },
    revoke: (id, nowSeconds) => change(id, revokeChange(nowSeconds)),
    replace: (id, by, nowSeconds) => change(id, replaceChange(by, nowSeconds)),
  };
}

type Change = Pick<
  UpdateItemCommandInput,
  | 'UpdateExpression'
  | 'ConditionExpression'
  | 'ExpressionAttributeNames'
  | 'ExpressionAttributeValues'
>;

/** Without `connectorId` the item is not in the index, so no list has to leave it out. */
const revokeChange = (nowSeconds: number): Change => ({
  UpdateExpression: 'SET revokedAt = :now, updatedAt = :now, #ttl = :ttl REMOVE connectorId',
  ConditionExpression: standing,
  ExpressionAttributeNames: { '#ttl': 'ttl' },
  ExpressionAttributeValues: {
    ':now': toNumberAttribute(nowSeconds),
    ':ttl': computeSweepTime(nowSeconds),
  },
});

const replaceChange = (
  { challengeId, expiresAtSeconds }: { challengeId: string; expiresAtSeconds: number },
  nowSeconds: number,
): Change => ({
  UpdateExpression: 'SET replacedBy = :by, expiresAt = :end, #ttl = :ttl, updatedAt = :now',
  ConditionExpression: `${standing} AND (attribute_not_exists(replacedBy) OR replacedBy = :by)`,
  ExpressionAttributeNames: { '#ttl': 'ttl' },
  ExpressionAttributeValues: {
    ':by': { S: challengeId },
    ':end': toNumberAttribute(expiresAtSeconds),
    ':ttl': computeSweepTime(expiresAtSeconds),
    ':now': toNumberAttribute(nowSeconds),
  },
});

const keyOf = (connectorId: string, { id, createdAtSeconds }: ChallengePosition): Item => ({
  id: { S: id },
  connectorId: { S: connectorId },
  createdAt: toNumberAttribute(createdAtSeconds),
});

const positionOf = (key: Item): ChallengePosition => ({
  id: key.id?.S ?? '',
  createdAtSeconds: Number(key.createdAt?.N),
});

/** Challenges in DynamoDB as admins see them. Every change is a single conditional update. */
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { ChallengePosition, ChallengeRegister } from '../ports/challenges.ts';
import { number } from './attributes.ts';
import { itemOf, recordOf, summaryOf, sweptAfter } from './challenge-item.ts';
import { conditionalWrite, isWritten, update } from './conditional-write.ts';
import type { Item } from './enrolment-keys.ts';
import { challengesIndex } from './index-attributes.ts';
import { urgentRepeats } from './undecided.ts';

const standing = 'attribute_exists(id) AND attribute_not_exists(revokedAt)';

/** The port on a table whose key is `id` and which has the index `byConnector`. */
export function dynamoChallengeRegister(
  client: DynamoDBClient,
  TableName: string,
): ChallengeRegister {
  // A claim's transaction may hold the item, so a write that meets one is repeated.
  const change = async (id: string, how: Change): Promise<boolean> =>
    isWritten(
      await conditionalWrite(
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
        new PutItemCommand({ TableName, Item: itemOf(record), ConditionExpression }),
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
        challenges: Items.map(summaryOf),
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
  ExpressionAttributeValues: { ':now': number(nowSeconds), ':ttl': sweptAfter(nowSeconds) },
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
    ':end': number(expiresAtSeconds),
    ':ttl': sweptAfter(expiresAtSeconds),
    ':now': number(nowSeconds),
  },
});

const keyOf = (connectorId: string, { id, createdAtSeconds }: ChallengePosition): Item => ({
  id: { S: id },
  connectorId: { S: connectorId },
  createdAt: number(createdAtSeconds),
});

const positionOf = (key: Item): ChallengePosition => ({
  id: key.id?.S ?? '',
  createdAtSeconds: Number(key.createdAt?.N),
});

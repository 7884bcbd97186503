/**
 * Client tokens in DynamoDB, beside the challenges they made. They have no `connectorId`, so no
 * list shows them.
 */

import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { Fault } from '../core/errors.ts';
import type { UsedToken, UsedTokens } from '../ports/challenges.ts';
import { allowFailedCondition } from './allow-failed-condition.ts';
import { computeTtl, toNumberAttribute } from './attributes.ts';
import type { Item } from './enrolment-keys.ts';

/** The port on a table whose key is `id`. */
export const createDynamoUsedTokens = (client: DynamoDBClient, TableName: string): UsedTokens => ({
  keep: async (token, staleSeconds) => {
    const put = new PutItemCommand({
      TableName,
      Item: itemOf(token),
      ConditionExpression: 'attribute_not_exists(id) OR createdAt <= :stale',
      ExpressionAttributeValues: { ':stale': toNumberAttribute(staleSeconds) },
    });
    if (await allowFailedCondition(client.send(put))) return token;
    const Key = { id: { S: token.id } };
    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key, ConsistentRead: true }),
    );
    // It was swept between the two calls, so a retry succeeds.
    if (Item === undefined) throw new Fault('UsedTokenGone');
    return tokenOf(Item);
  },
});

const itemOf = ({ id, requestDigest, sealedPassword, madeAtSeconds }: UsedToken): Item => ({
  id: { S: id },
  requestDigest: { S: requestDigest },
  sealedPassword: { B: sealedPassword },
  createdAt: toNumberAttribute(madeAtSeconds),
  ttl: computeTtl(madeAtSeconds, 1),
});

const tokenOf = (item: Item): UsedToken => ({
  id: item.id?.S ?? '',
  requestDigest: item.requestDigest?.S ?? '',
  sealedPassword: item.sealedPassword?.B ?? new Uint8Array(),
  madeAtSeconds: Number(item.createdAt?.N),
});

/**
 * Client tokens in DynamoDB, in the table of the challenges that they created. They have no
 * `connectorId`, so no list shows them.
 */
import { type DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { Fault } from '../core/errors.ts';
import type { UsedToken, UsedTokens } from '../ports/challenges.ts';
import { computeTtl, type Item, toNumberAttribute } from './attributes.ts';
import { isWritten, writeOnce } from './conditional-write.ts';

/** The port on a table whose key is `id`. */
export const createDynamoUsedTokens = (
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
): UsedTokens => ({
  keep: async (token, staleSeconds) => {
    const command = new PutItemCommand({
      TableName,
      Item: toTokenItem(token),
      ConditionExpression: 'attribute_not_exists(id) OR createdAt <= :stale',
      ExpressionAttributeValues: { ':stale': toNumberAttribute(staleSeconds) },
    });
    if (isWritten(await writeOnce(client, command))) return token;
    const Key = { id: { S: token.id } };
    const { Item } = await client.send(
      new GetItemCommand({ TableName, Key, ConsistentRead: true }),
    );
    // It was removed between the two calls, so a retry succeeds.
    if (Item === undefined) throw new Fault('UsedTokenGone');
    return readToken(Item);
  },
});

const toTokenItem = ({ id, requestDigest, sealedPassword, madeAtSeconds }: UsedToken): Item => ({
  id: { S: id },
  requestDigest: { S: requestDigest },
  sealedPassword: { B: sealedPassword },
  createdAt: toNumberAttribute(madeAtSeconds),
  ttl: computeTtl(madeAtSeconds, 1),
});

const readToken = (item: Item): UsedToken => ({
  id: item.id?.S ?? '',
  requestDigest: item.requestDigest?.S ?? '',
  sealedPassword: item.sealedPassword?.B ?? new Uint8Array(),
  madeAtSeconds: Number(item.createdAt?.N),
});

/** Tags in DynamoDB: a map in a challenge's item, or in an item for the connector's tags. */
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { TagChange, TagStore } from '../ports/challenges.ts';
import { toNumberAttribute } from './attributes.ts';
import { readTags } from './challenge-item.ts';
import { isWritten, put, update, writeConditionally } from './conditional-write.ts';

/** The port on a table whose key is `id`. A connector gets its item with its first tag. */
export const createDynamoTags = (
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
  isConnector: (id: string) => boolean,
): TagStore => ({
  of: async (id) => {
    const { Item = {} } = await client.send(
      new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }),
    );
    return readTags(Item);
  },
  change: async (id, change, nowSeconds) => {
    // DynamoDB refuses an update inside a map that is missing.
    if (isConnector(id)) {
      const Item = { id: { S: id }, tags: { M: {} } };
      const create = { TableName, Item, ConditionExpression: 'attribute_not_exists(id)' };
      await writeConditionally(client, put(create), 'ChallengeContended');
    }
    // A write that meets a claim's transaction on the challenge is repeated.
    const command = update({
      TableName,
      Key: { id: { S: id } },
      ...buildTagUpdate(change, nowSeconds),
    });
    return isWritten(await writeConditionally(client, command, 'ChallengeContended'));
  },
});

function buildTagUpdate({ set, remove, room }: TagChange, nowSeconds: number) {
  const sets = Object.entries(set);
  const assignments = sets.map((_, at) => `tags.#s${at} = :s${at}`);
  const removals = remove.map((_, at) => `tags.#r${at}`);
  const keysThere = sets.flatMap(([key], at) =>
    room?.keysThere.includes(key) ? [`attribute_exists(tags.#s${at})`] : [],
  );
  return {
    UpdateExpression: [
      `SET ${['updatedAt = :now', ...assignments].join(', ')}`,
      ...(removals.length > 0 ? [`REMOVE ${removals.join(', ')}`] : []),
    ].join(' '),
    ConditionExpression: [
      'attribute_exists(id) AND attribute_not_exists(revokedAt)',
      ...(room ? ['size(tags) <= :room', ...keysThere] : []),
    ].join(' AND '),
    ExpressionAttributeNames:
      sets.length + remove.length === 0
        ? undefined
        : Object.fromEntries([
            ...sets.map(([key], at) => [`#s${at}`, key]),
            ...remove.map((key, at) => [`#r${at}`, key]),
          ]),
    ExpressionAttributeValues: {
      ':now': toNumberAttribute(nowSeconds),
      ...(room && { ':room': toNumberAttribute(room.maxTagsBefore) }),
      ...Object.fromEntries(sets.map(([, value], at) => [`:s${at}`, { S: value }])),
    },
  };
}

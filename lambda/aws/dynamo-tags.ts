/** Tags in DynamoDB: a map in the challenge's item, or in an item of the connector's own. */
import {
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { TagChange, TagStore } from '../ports.ts';
import { number } from './attributes.ts';
import { tagsIn } from './challenge-item.ts';
import { unlessConditionFails } from './unless-condition-fails.ts';

/** The port on a table whose key is `id`; an id in `made` is made with its first tag. */
export const dynamoTags = (
  client: DynamoDBClient,
  TableName: string,
  made: (id: string) => boolean,
): TagStore => ({
  of: async (id) => {
    const { Item = {} } = await client.send(
      new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }),
    );
    return tagsIn(Item);
  },
  change: async (id, change, nowSeconds) => {
    // A path into the map needs the map to be there.
    if (made(id))
      await unlessConditionFails(
        client.send(
          new PutItemCommand({
            TableName,
            Item: { id: { S: id }, tags: { M: {} } },
            ConditionExpression: 'attribute_not_exists(id)',
          }),
        ),
      );
    const Key = { id: { S: id } };
    return await unlessConditionFails(
      client.send(new UpdateItemCommand({ TableName, Key, ...updateOf(change, nowSeconds) })),
    );
  },
});

function updateOf({ set, remove }: TagChange, nowSeconds: number) {
  const sets = Object.entries(set);
  const assignments = sets.map((_, at) => `tags.#s${at} = :s${at}`);
  const removals = remove.map((_, at) => `tags.#r${at}`);
  return {
    UpdateExpression: [
      `SET ${['updatedAt = :now', ...assignments].join(', ')}`,
      ...(removals.length > 0 ? [`REMOVE ${removals.join(', ')}`] : []),
    ].join(' '),
    ConditionExpression: 'attribute_exists(id) AND attribute_not_exists(revokedAt)',
    ExpressionAttributeNames:
      sets.length + remove.length === 0
        ? undefined
        : Object.fromEntries([
            ...sets.map(([key], at) => [`#s${at}`, key]),
            ...remove.map((key, at) => [`#r${at}`, key]),
          ]),
    ExpressionAttributeValues: {
      ':now': number(nowSeconds),
      ...Object.fromEntries(sets.map(([, value], at) => [`:s${at}`, { S: value }])),
    },
  };
}

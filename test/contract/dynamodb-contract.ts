/** The behaviour of DynamoDB that the adapters rely on, for every implementation of its API. */
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newId, putRow, type Requests, requestsOf, wire } from './dynamodb-requests.ts';
import { describeTransactions } from './dynamodb-transactions.ts';

/** A server with the tables. */
export interface OpenedDynamoDb {
  readonly client: DynamoDBClient;
  readonly stop: () => Promise<void>;
}

/** Runs the suite against the server that `open` starts with `contractTables`. */
export const describeDynamoDb = (name: string, open: () => Promise<OpenedDynamoDb>): void => {
  describe(name, () => {
    let opened: OpenedDynamoDb;
    let requests: Requests;
    let id: string;
    beforeAll(async () => {
      opened = await open();
      requests = requestsOf(opened.client);
    });
    afterAll(() => opened?.stop());
    beforeEach(() => {
      id = newId();
    });
    const send: DynamoDBClient['send'] = (command: never) => opened.client.send(command);

    describeTransactions(() => requests);

    describe('a plain write whose condition fails', () => {
      const Key = () => wire({ id });
      const ConditionExpression = 'attribute_not_exists(id)';
      const TableName = 'challenges';
      const writes = [
        ['PutItem', () => new PutItemCommand({ TableName, Item: Key(), ConditionExpression })],
        ['UpdateItem', () => new UpdateItemCommand({ TableName, Key: Key(), ConditionExpression })],
        ['DeleteItem', () => new DeleteItemCommand({ TableName, Key: Key(), ConditionExpression })],
      ] as const;
      it.each(writes)(
        'includes the item in the failure of a %s that wants it',
        async (_name, make) => {
          await requests.putChallenge(id, 7);
          const command = make();
          command.input.ReturnValuesOnConditionCheckFailure = 'ALL_OLD';
          await expect(send(command as PutItemCommand)).rejects.toMatchObject({
            name: 'ConditionalCheckFailedException',
            message: 'The conditional request failed',
            Item: wire({ id, usesLeft: 7 }),
          });
        },
      );

      it.each(writes)(
        'includes no item in the failure of a %s that does not want it',
        async (_name, make) => {
          await requests.putChallenge(id, 7);
          const failed = send(make() as PutItemCommand);
          await expect(failed).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
          expect(await failed.catch(({ Item }) => Item)).toBeUndefined();
          expect(await requests.challenge(id)).toEqual(wire({ id, usesLeft: 7 }));
        },
      );

      it('includes no item if the item is missing', async () => {
        const failed = send(
          new UpdateItemCommand({
            TableName,
            Key: Key(),
            ConditionExpression: 'attribute_exists(id)',
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        await expect(failed).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
        expect(await failed.catch(({ Item }) => Item)).toBeUndefined();
        expect(await requests.challenge(id)).toBeUndefined();
      });
    });

    describe('an answer in which dynalite differs from AWS', () => {
      it('is corrected, so a write returns the size of its item collection', async () => {
        const { ItemCollectionMetrics } = await send(
          new PutItemCommand({
            TableName: 'collections',
            Item: wire({ id, attempt: 0 }),
            ReturnItemCollectionMetrics: 'SIZE',
          }),
        );
        expect(ItemCollectionMetrics?.ItemCollectionKey).toEqual(wire({ id }));
        expect(ItemCollectionMetrics?.SizeEstimateRangeGB).toHaveLength(2);
      });

      it('is corrected, so specific attributes without a projection are refused', async () => {
        await expect(
          send(
            new QueryCommand({
              TableName: 'rows',
              KeyConditionExpression: 'id = :id',
              ExpressionAttributeValues: wire({ ':id': id }),
              Select: 'SPECIFIC_ATTRIBUTES',
            }),
          ),
        ).rejects.toMatchObject({ name: 'ValidationException' });
      });
    });

    describe('reads of many items', () => {
      it('find items of two tables in one batch, and omit missing ones', async () => {
        await requests.putChallenge(id, 1);
        await requests.transact([putRow(id)]);
        const { Responses, UnprocessedKeys } = await send(
          new BatchGetItemCommand({
            RequestItems: {
              challenges: { Keys: [wire({ id }), wire({ id: newId() })], ConsistentRead: true },
              rows: { Keys: [wire({ id, attempt: 0 })], ConsistentRead: true },
            },
          }),
        );
        expect(Responses).toEqual({
          challenges: [wire({ id, usesLeft: 1 })],
          rows: [wire({ id, attempt: 0, duePartition: id })],
        });
        expect(UnprocessedKeys).toEqual({});
      });

      it('refuse a key that is in a batch twice', async () => {
        const Keys = [wire({ id }), wire({ id })];
        await expect(
          send(new BatchGetItemCommand({ RequestItems: { challenges: { Keys } } })),
        ).rejects.toMatchObject({ name: 'ValidationException' });
      });

      it('return a transaction’s items in the order of the request', async () => {
        await requests.putChallenge(id, 1);
        const Get = (name: string) => ({
          Get: { TableName: 'challenges', Key: wire({ id: name }) },
        });
        const { Responses } = await send(
          new TransactGetItemsCommand({ TransactItems: [Get(newId()), Get(id)] }),
        );
        expect(Responses?.map(({ Item }) => Item)).toEqual([undefined, wire({ id, usesLeft: 1 })]);
      });
    });
  });
};

/** What the adapters rely on in DynamoDB, for every program that speaks its API. */
import {
  BatchGetItemCommand,
  type CreateTableCommandInput,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';

/** A server that has the tables. */
export interface OpenedDynamoDb {
  readonly client: DynamoDBClient;
  readonly stop: () => Promise<void>;
}

/** A client without repeats, so that a test sees each answer. */
export const clientOf = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });

/** The tables of the suite: one with a partition key alone, one with a sort key and an index. */
export const contractTables: readonly CreateTableCommandInput[] = [
  {
    TableName: 'challenges',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  },
  {
    TableName: 'rows',
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'attempt', AttributeType: 'N' },
      { AttributeName: 'dueOf', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'id', KeyType: 'HASH' },
      { AttributeName: 'attempt', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'due',
        KeySchema: [{ AttributeName: 'dueOf', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  },
];

type Item = Readonly<Record<string, string | number>>;

/** An item on the wire. */
export const wire = (item: Item) =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  );

let lastId = 0;
/** An id that no other test has. */
export const newId = (): string => `id-${++lastId}`;

/** A part that takes one use of a challenge; its reason carries the challenge. */
export const takeUse = (id: string): TransactWriteItem => ({
  Update: {
    TableName: 'challenges',
    Key: wire({ id }),
    UpdateExpression: 'SET usesLeft = usesLeft - :one',
    ConditionExpression: 'attribute_exists(id) AND usesLeft > :zero',
    ExpressionAttributeValues: wire({ ':one': 1, ':zero': 0 }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

/** A part that writes a row where there is none. */
export const putRow = (id: string, more: Item = {}): TransactWriteItem => ({
  Put: {
    TableName: 'rows',
    Item: wire({ id, attempt: 0, dueOf: id, ...more }),
    ConditionExpression: 'attribute_not_exists(id)',
  },
});

/** Requests in one line each. */
export const requestsOf = (client: DynamoDBClient) => {
  const get = async (TableName: string, key: Item) =>
    (await client.send(new GetItemCommand({ TableName, Key: wire(key), ConsistentRead: true })))
      .Item;
  return {
    putChallenge: (id: string, usesLeft: number) =>
      client.send(new PutItemCommand({ TableName: 'challenges', Item: wire({ id, usesLeft }) })),
    challenge: (id: string) => get('challenges', { id }),
    row: (id: string) => get('rows', { id, attempt: 0 }),
    due: async (id: string) =>
      (
        await client.send(
          new QueryCommand({
            TableName: 'rows',
            IndexName: 'due',
            KeyConditionExpression: 'dueOf = :id',
            ExpressionAttributeValues: wire({ ':id': id }),
          }),
        )
      ).Items ?? [],
    transact: (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
      client.send(
        new TransactWriteItemsCommand({
          TransactItems,
          ...(ClientRequestToken ? { ClientRequestToken } : {}),
        }),
      ),
  };
};

/** Runs the suite against the server that `open` starts with `contractTables`. */
export const describeDynamoDb = (name: string, open: () => Promise<OpenedDynamoDb>): void => {
  describe(name, () => {
    let opened: OpenedDynamoDb;
    let requests: ReturnType<typeof requestsOf>;
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

    describe('a transaction', () => {
      it('puts, updates, deletes and checks items of two tables', async () => {
        const [deleted, checked] = [newId(), newId()];
        await requests.putChallenge(id, 2);
        await requests.putChallenge(deleted, 1);
        await requests.putChallenge(checked, 1);
        await requests.transact([
          takeUse(id),
          putRow(id),
          { Delete: { TableName: 'challenges', Key: wire({ id: deleted }) } },
          {
            ConditionCheck: {
              TableName: 'challenges',
              Key: wire({ id: checked }),
              ConditionExpression: 'usesLeft = :one',
              ExpressionAttributeValues: wire({ ':one': 1 }),
            },
          },
        ]);
        expect(await requests.challenge(id)).toEqual(wire({ id, usesLeft: 1 }));
        expect(await requests.row(id)).toEqual(wire({ id, attempt: 0, dueOf: id }));
        expect(await requests.challenge(deleted)).toBeUndefined();
        expect(await requests.challenge(checked)).toEqual(wire({ id: checked, usesLeft: 1 }));
      });

      it('keeps an index up to date', async () => {
        await requests.transact([putRow(id)]);
        await expect.poll(() => requests.due(id)).toHaveLength(1);
        await requests.transact([
          {
            Update: {
              TableName: 'rows',
              Key: wire({ id, attempt: 0 }),
              UpdateExpression: 'REMOVE dueOf',
            },
          },
        ]);
        await expect.poll(() => requests.due(id)).toHaveLength(0);
      });

      it('writes nothing when one condition fails, and gives a reason per item in order', async () => {
        await requests.putChallenge(id, 0);
        await requests.transact([putRow(id)]);
        const other = newId();
        await expect(
          requests.transact([putRow(other), takeUse(id), putRow(id)]),
        ).rejects.toMatchObject({
          name: 'TransactionCanceledException',
          message:
            'Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]',
          CancellationReasons: [
            { Code: 'None' },
            {
              Code: 'ConditionalCheckFailed',
              Message: 'The conditional request failed',
              Item: wire({ id, usesLeft: 0 }),
            },
            { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' },
          ],
        });
        expect(await requests.row(other)).toBeUndefined();
        expect(await requests.due(other)).toEqual([]);
      });

      it('gives no item with the reason unless it is wanted and there', async () => {
        await requests.transact([putRow(id)]);
        const failed = requests.transact([putRow(id), takeUse(id)]);
        await expect(failed).rejects.toThrow('[ConditionalCheckFailed, ConditionalCheckFailed]');
        const reasons = await failed.catch((error) => error.CancellationReasons);
        expect(reasons.map(({ Item }: { Item?: unknown }) => Item)).toEqual([undefined, undefined]);
      });

      it('is cancelled by an update that does not fit the item', async () => {
        await expect(
          requests.transact([
            putRow(id),
            {
              Update: {
                TableName: 'challenges',
                Key: wire({ id }),
                UpdateExpression: 'SET usesLeft = usesLeft + :one',
                ExpressionAttributeValues: wire({ ':one': 1 }),
              },
            },
          ]),
        ).rejects.toMatchObject({
          name: 'TransactionCanceledException',
          CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }],
        });
        expect(await requests.row(id)).toBeUndefined();
      });

      it('is cancelled by a key that its table does not have', async () => {
        await expect(
          requests.transact([
            putRow(id),
            { Delete: { TableName: 'challenges', Key: wire({ id, attempt: 0 }) } },
          ]),
        ).rejects.toMatchObject({
          name: 'TransactionCanceledException',
          CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }],
        });
      });

      it('takes no use that is not left, however many run at once', async () => {
        await requests.putChallenge(id, 5);
        const ids = Array.from({ length: 20 }, newId);
        const ended = await Promise.allSettled(
          ids.map((row) => requests.transact([takeUse(id), putRow(row)])),
        );
        expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
        const rows = await Promise.all(ids.map(requests.row));
        expect(rows.filter((row) => row !== undefined)).toHaveLength(5);
        expect(await requests.challenge(id)).toEqual(wire({ id, usesLeft: 0 }));
      });
    });

    describe('the token of a transaction', () => {
      it('makes a repeat succeed without writing', async () => {
        await requests.putChallenge(id, 3);
        await requests.transact([takeUse(id)], `token-${id}`);
        await requests.transact([takeUse(id)], `token-${id}`);
        expect(await requests.challenge(id)).toEqual(wire({ id, usesLeft: 2 }));
      });

      it('refuses another payload', async () => {
        await requests.putChallenge(id, 3);
        await requests.transact([takeUse(id)], `token-${id}`);
        await expect(requests.transact([putRow(id)], `token-${id}`)).rejects.toMatchObject({
          name: 'IdempotentParameterMismatchException',
        });
      });

      it('is free again after a transaction that was cancelled', async () => {
        await requests.putChallenge(id, 0);
        await expect(requests.transact([takeUse(id)], `token-${id}`)).rejects.toThrow('cancelled');
        await requests.putChallenge(id, 1);
        await requests.transact([takeUse(id)], `token-${id}`);
        expect(await requests.challenge(id)).toEqual(wire({ id, usesLeft: 0 }));
      });
    });

    describe('a transaction that is not valid', () => {
      const check = {
        TableName: 'challenges',
        Key: wire({ id: 'one' }),
        ConditionExpression: 'attribute_exists(id)',
      };
      it.each<[string, TransactWriteItem[], string]>([
        ['no items', [], 'ValidationException'],
        ['101 items', Array.from({ length: 101 }, () => putRow(newId())), 'ValidationException'],
        ['two operations on one item', [takeUse('one'), takeUse('one')], 'ValidationException'],
        [
          'a check and a write of one item',
          [takeUse('one'), { ConditionCheck: check }],
          'ValidationException',
        ],
        ['an item of two kinds', [{ ...takeUse('one'), ...putRow('one') }], 'ValidationException'],
        ['an item of no kind', [{}], 'ValidationException'],
        [
          'a check without a condition',
          [{ ConditionCheck: { ...check, ConditionExpression: undefined } }],
          'ValidationException',
        ],
        [
          'a condition that is not an expression',
          [{ ConditionCheck: { ...check, ConditionExpression: 'id ==' } }],
          'ValidationException',
        ],
        [
          'a table that is not there',
          [putRow('one'), { ConditionCheck: { ...check, TableName: 'nothing' } }],
          'ResourceNotFoundException',
        ],
      ])('is refused for %s', async (_what, items, name) => {
        await expect(requests.transact(items)).rejects.toMatchObject({ name });
      });
    });

    describe('a plain write whose condition fails', () => {
      const Key = () => wire({ id });
      const ConditionExpression = 'attribute_not_exists(id)';
      const TableName = 'challenges';
      const writes = [
        ['PutItem', () => new PutItemCommand({ TableName, Item: Key(), ConditionExpression })],
        ['UpdateItem', () => new UpdateItemCommand({ TableName, Key: Key(), ConditionExpression })],
        ['DeleteItem', () => new DeleteItemCommand({ TableName, Key: Key(), ConditionExpression })],
      ] as const;
      it.each(writes)('carries the item of a %s that wants it', async (_name, make) => {
        await requests.putChallenge(id, 7);
        const command = make();
        command.input.ReturnValuesOnConditionCheckFailure = 'ALL_OLD';
        await expect(send(command as PutItemCommand)).rejects.toMatchObject({
          name: 'ConditionalCheckFailedException',
          message: 'The conditional request failed',
          Item: wire({ id, usesLeft: 7 }),
        });
      });

      it.each(writes)('carries no item of a %s that does not want it', async (_name, make) => {
        await requests.putChallenge(id, 7);
        const failed = send(make() as PutItemCommand);
        await expect(failed).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' });
        expect(await failed.catch(({ Item }) => Item)).toBeUndefined();
        expect(await requests.challenge(id)).toEqual(wire({ id, usesLeft: 7 }));
      });

      it('carries no item where there is none', async () => {
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

    describe('reads of many items', () => {
      it('finds items of two tables in one batch, and leaves out what is not there', async () => {
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
          rows: [wire({ id, attempt: 0, dueOf: id })],
        });
        expect(UnprocessedKeys).toEqual({});
      });

      it('refuses a key that is in a batch twice', async () => {
        const Keys = [wire({ id }), wire({ id })];
        await expect(
          send(new BatchGetItemCommand({ RequestItems: { challenges: { Keys } } })),
        ).rejects.toMatchObject({ name: 'ValidationException' });
      });

      it('reads a transaction in the order of the request', async () => {
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

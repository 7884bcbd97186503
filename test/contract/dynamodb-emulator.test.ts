import { setTimeout } from 'node:timers/promises';
import {
  BatchGetItemCommand,
  DeleteTableCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createOperations,
  type DynamoDbOptions,
} from '../../lib/local/emulators/dynamodb/operations.ts';
import { openStore } from '../../lib/local/emulators/dynamodb/store.ts';
import { createTransactionTokens } from '../../lib/local/emulators/dynamodb/transaction-tokens.ts';
import { startDynamoDb } from '../../lib/local/emulators/dynamodb.ts';
import { emulatedTables } from './dynamo.ts';
import { describeDynamoDb } from './dynamodb-contract.ts';
import {
  clientOf,
  contractTables,
  newId,
  putRow,
  requestsOf,
  takeUse,
  wire,
} from './dynamodb-requests.ts';

const open = async (options: DynamoDbOptions = {}) => {
  const dynamoDb = await startDynamoDb(undefined, options);
  for (const table of contractTables) await dynamoDb.ensureTable(table);
  const client = clientOf(dynamoDb.endpoint);
  const stop = async () => {
    client.destroy();
    await dynamoDb.stop();
  };
  return { client, stop };
};

describeDynamoDb('our DynamoDB emulator', open);

describe('transactions and plain writes that take no time', () => {
  it('wait for each other on one item and lose no write', async () => {
    const { CreateTable, PutItem, UpdateItem, TransactWriteItems, GetItem } = createOperations(
      openStore(undefined),
      {},
    );
    await CreateTable?.({ ...contractTables[0] });
    const [key, ids] = [{ TableName: 'challenges', Key: wire({ id: 'one' }) }, [1, 2, 3, 4, 5]];
    const count = { ...key, UpdateExpression: 'ADD uses :one' };
    const counting = () => ({ ...count, ExpressionAttributeValues: wire({ ':one': 1 }) });
    await expect.poll(() => PutItem?.({ ...key, Item: wire({ id: 'one' }) })).toBeDefined();
    await Promise.all(
      ids.flatMap((id) => [
        UpdateItem?.(counting()),
        TransactWriteItems?.({
          TransactItems: [
            { Update: counting() },
            { Put: { TableName: 'challenges', Item: wire({ id: `other-${id}` }) } },
          ],
        }),
      ]),
    );
    expect(await GetItem?.({ ...key })).toEqual({ Item: wire({ id: 'one', uses: 10 }) });
  });
});

describe('the token of a transaction', () => {
  it('makes repeats succeed for ten minutes after the first one', async () => {
    let now = 0;
    let runs = 0;
    const tokens = createTransactionTokens(() => now);
    const transact = () =>
      tokens.runOnce('token', 'digest', async () => {
        runs += 1;
      });
    await transact();
    now = 599_999;
    await transact();
    expect(runs).toBe(1);
    now = 600_000;
    await transact();
    expect(runs).toBe(2);
  });
});

describe('the tables of the app', () => {
  it('are written in one transaction', async () => {
    const { client, stop } = await emulatedTables({ challenges: 'challenges', rows: 'items' });
    onTestFinished(stop);
    const { transact, challenge } = requestsOf(client);
    const id = newId();
    await transact(
      ['challenges', 'rows'].map((TableName) => ({ Put: { TableName, Item: wire({ id }) } })),
    );
    expect(await challenge(id)).toEqual(wire({ id }));
  });
});

describe('a table that is deleted', () => {
  it('is missing for its items at once', async () => {
    const { client, putChallenge } = await openForTest({});
    await putChallenge(newId(), 1);
    await client.send(new DeleteTableCommand({ TableName: 'challenges' }));
    await expect(putChallenge(newId(), 1)).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});

const openForTest = async (options: DynamoDbOptions) => {
  const { client, stop } = await open(options);
  onTestFinished(stop);
  return { client, ...requestsOf(client) };
};

/** Repeats the numbers endlessly. */
const numbers = (...values: readonly number[]) => {
  let next = 0;
  return () => values[next++ % values.length] ?? 0;
};

const conflict = { Code: 'TransactionConflict', Message: 'Transaction is ongoing for the item' };

describe('transactions that take a while', () => {
  const transactionMilliseconds = 300;

  it('cancel the later transaction on an item, with "None" for its other items', async () => {
    const { putChallenge, transact, challenge, row } = await openForTest({
      transactionMilliseconds,
    });
    const [id, first, second] = [newId(), newId(), newId()];
    await putChallenge(id, 5);
    const running = transact([takeUse(id), putRow(first)]);
    await setTimeout(30);
    await expect(transact([putRow(second), takeUse(id)])).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, conflict],
    });
    await running;
    expect(await challenge(id)).toEqual(wire({ id, usesLeft: 4 }));
    expect(await row(first)).toBeDefined();
    expect(await row(second)).toBeUndefined();
  });

  it('refuse a plain write of their items while they run, and not afterwards', async () => {
    const { client, putChallenge, transact, challenge } = await openForTest({
      transactionMilliseconds,
    });
    const id = newId();
    await putChallenge(id, 5);
    const revoke = () =>
      client.send(
        new UpdateItemCommand({
          TableName: 'challenges',
          Key: wire({ id }),
          UpdateExpression: 'SET usesLeft = :zero',
          ExpressionAttributeValues: wire({ ':zero': 0 }),
        }),
      );
    const running = transact([takeUse(id)]);
    await setTimeout(30);
    await expect(revoke()).rejects.toMatchObject({ name: 'TransactionConflictException' });
    await running;
    await revoke();
    expect(await challenge(id)).toEqual(wire({ id, usesLeft: 0 }));
  });

  it('run concurrently on different items', async () => {
    const { transact } = await openForTest({ transactionMilliseconds });
    await Promise.all(Array.from({ length: 5 }, () => transact([putRow(newId())])));
  });

  it('refuse a repeat with their token while they run', async () => {
    const { transact } = await openForTest({ transactionMilliseconds });
    const id = newId();
    const running = transact([putRow(id)], 'token');
    await setTimeout(30);
    await expect(transact([putRow(id)], 'token')).rejects.toMatchObject({
      name: 'TransactionInProgressException',
    });
    await running;
  });
});

describe('injected faults', () => {
  it('cancels a transaction with a conflict on one of its items, and writes nothing', async () => {
    const { transact, row } = await openForTest({
      // The first number decides that a conflict happens, and the second one on which item.
      faults: { random: numbers(0.1, 0.6), conflictRate: 0.2 },
    });
    const [first, second] = [newId(), newId()];
    await expect(transact([putRow(first), putRow(second)])).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'None' }, conflict],
    });
    expect([await row(first), await row(second)]).toEqual([undefined, undefined]);
  });

  it('lets plain writes conflict on items that were in a transaction, and on no others', async () => {
    const { transact, putChallenge } = await openForTest({
      faults: { random: numbers(0.9, 0.1), conflictRate: 0.2 },
    });
    const id = newId();
    await putChallenge(newId(), 1);
    await transact([{ Put: { TableName: 'challenges', Item: wire({ id, usesLeft: 1 }) } }]);
    await expect(putChallenge(id, 1)).rejects.toMatchObject({
      name: 'TransactionConflictException',
    });
  });

  it('leaves keys of a batch unprocessed, in the form of the retry', async () => {
    const { client, putChallenge } = await openForTest({
      faults: { random: numbers(0.9, 0.1), unprocessedRate: 0.5 },
    });
    const ids = [newId(), newId()];
    for (const id of ids) await putChallenge(id, 1);
    const wanted = {
      ConsistentRead: true,
      ProjectionExpression: '#id',
      ExpressionAttributeNames: { '#id': 'id' },
    };
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetItemCommand({
        RequestItems: { challenges: { Keys: ids.map((id) => wire({ id })), ...wanted } },
      }),
    );
    expect(Responses).toEqual({ challenges: [wire({ id: ids[0] ?? '' })] });
    expect(UnprocessedKeys).toEqual({
      challenges: { Keys: [wire({ id: ids[1] ?? '' })], ...wanted },
    });
  });

  it('refuses a batch if no key is read', async () => {
    const { client } = await openForTest({ faults: { random: () => 0, unprocessedRate: 1 } });
    const Keys = [wire({ id: newId() })];
    await expect(
      client.send(new BatchGetItemCommand({ RequestItems: { challenges: { Keys } } })),
    ).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
  });

  it('throttles plain requests, and gives a throttled transaction a reason', async () => {
    const { client, transact } = await openForTest({
      faults: { random: () => 0, throttleRate: 1 },
    });
    const id = newId();
    for (const command of [
      new PutItemCommand({ TableName: 'challenges', Item: wire({ id }) }),
      new GetItemCommand({ TableName: 'challenges', Key: wire({ id }) }),
    ]) {
      await expect(client.send(command as PutItemCommand)).rejects.toMatchObject({
        name: 'ThrottlingException',
      });
    }
    await expect(transact([putRow(id), putRow(newId())])).rejects.toMatchObject({
      CancellationReasons: [{ Code: 'ThrottlingError' }, { Code: 'None' }],
    });
  });
});

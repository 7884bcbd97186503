/** The behaviour of transactions that the adapters rely on. */
import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { newId, putRow, type Requests, takeUse, wire } from './dynamodb-requests.ts';

/** Runs the suite; `requests` is called in tests only. */
export const describeTransactions = (requests: () => Requests): void => {
  let id: string;
  beforeEach(() => {
    id = newId();
  });

  describe('a transaction', () => {
    it('puts, updates, deletes and checks items of two tables', async () => {
      const [deleted, checked] = [newId(), newId()];
      await requests().putChallenge(id, 2);
      await requests().putChallenge(deleted, 1);
      await requests().putChallenge(checked, 1);
      await requests().transact([
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
      expect(await requests().challenge(id)).toEqual(wire({ id, usesLeft: 1 }));
      expect(await requests().row(id)).toEqual(wire({ id, attempt: 0, duePartition: id }));
      expect(await requests().challenge(deleted)).toBeUndefined();
      expect(await requests().challenge(checked)).toEqual(wire({ id: checked, usesLeft: 1 }));
    });

    it('keeps an index up to date', async () => {
      await requests().transact([putRow(id)]);
      await expect.poll(() => requests().due(id)).toHaveLength(1);
      await requests().transact([
        {
          Update: {
            TableName: 'rows',
            Key: wire({ id, attempt: 0 }),
            UpdateExpression: 'REMOVE duePartition',
          },
        },
      ]);
      await expect.poll(() => requests().due(id)).toHaveLength(0);
    });

    it('writes nothing if one condition fails, and returns a reason per item in order', async () => {
      await requests().putChallenge(id, 0);
      await requests().transact([putRow(id)]);
      const other = newId();
      await expect(
        requests().transact([putRow(other), takeUse(id), putRow(id)]),
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
      expect(await requests().row(other)).toBeUndefined();
      expect(await requests().due(other)).toEqual([]);
    });

    it('includes an item in the reason only if it is wanted and exists', async () => {
      await requests().transact([putRow(id)]);
      const failed = requests().transact([putRow(id), takeUse(id)]);
      await expect(failed).rejects.toThrow('[ConditionalCheckFailed, ConditionalCheckFailed]');
      const reasons = await failed.catch((error) => error.CancellationReasons);
      expect(reasons.map(({ Item }: { Item?: unknown }) => Item)).toEqual([undefined, undefined]);
    });

    it('is cancelled by an update that is invalid for the item', async () => {
      await expect(
        requests().transact([
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
      expect(await requests().row(id)).toBeUndefined();
    });

    it('is cancelled by a key that is invalid for its table', async () => {
      await expect(
        requests().transact([
          putRow(id),
          { Delete: { TableName: 'challenges', Key: wire({ id, attempt: 0 }) } },
        ]),
      ).rejects.toMatchObject({
        name: 'TransactionCanceledException',
        CancellationReasons: [{ Code: 'None' }, { Code: 'ValidationError' }],
      });
    });

    it('takes no more uses than are left, with any number of concurrent ones', async () => {
      await requests().putChallenge(id, 5);
      const ids = Array.from({ length: 20 }, newId);
      const ended = await Promise.allSettled(
        ids.map((row) => requests().transact([takeUse(id), putRow(row)])),
      );
      expect(ended.filter(({ status }) => status === 'fulfilled')).toHaveLength(5);
      const rows = await Promise.all(ids.map(requests().row));
      expect(rows.filter((row) => row !== undefined)).toHaveLength(5);
      expect(await requests().challenge(id)).toEqual(wire({ id, usesLeft: 0 }));
    });
  });

  describe('the token of a transaction', () => {
    it('makes a repeat succeed without writing', async () => {
      await requests().putChallenge(id, 3);
      await requests().transact([takeUse(id)], `token-${id}`);
      await requests().transact([takeUse(id)], `token-${id}`);
      expect(await requests().challenge(id)).toEqual(wire({ id, usesLeft: 2 }));
    });

    it('refuses another payload', async () => {
      await requests().putChallenge(id, 3);
      await requests().transact([takeUse(id)], `token-${id}`);
      await expect(requests().transact([putRow(id)], `token-${id}`)).rejects.toMatchObject({
        name: 'IdempotentParameterMismatchException',
      });
    });

    it('is free again after a cancelled transaction', async () => {
      await requests().putChallenge(id, 0);
      await expect(requests().transact([takeUse(id)], `token-${id}`)).rejects.toThrow('cancelled');
      await requests().putChallenge(id, 1);
      await requests().transact([takeUse(id)], `token-${id}`);
      expect(await requests().challenge(id)).toEqual(wire({ id, usesLeft: 0 }));
    });
  });

  describe('an invalid transaction', () => {
    const check = {
      TableName: 'challenges',
      Key: wire({ id: 'one' }),
      ConditionExpression: 'attribute_exists(id)',
    };
    it.each<[string, TransactWriteItem[], string]>([
      ['no list of items', undefined as never, 'ValidationException'],
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
        'a missing table',
        [putRow('one'), { ConditionCheck: { ...check, TableName: 'nothing' } }],
        'ResourceNotFoundException',
      ],
    ])('is refused for %s', async (_what, items, name) => {
      await expect(requests().transact(items)).rejects.toMatchObject({ name });
    });
  });
};

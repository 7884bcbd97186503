/**
 * What the finder reads and writes, in DynamoDB: the partition of searches that are due, of all
 * connectors.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LostAttempt, LostAttempts } from '../ports/due-attempts.ts';
import { number } from './attributes.ts';
import { conditionalWrite, update } from './conditional-write.ts';
import { dueAttemptOf, dueQuery, rowKeyOf } from './dynamo-due-attempts.ts';
import { searchOfItem } from './enrolment-item.ts';
import { duePartitionOf, type Item, lostPartition } from './enrolment-keys.ts';
import { readEach, storedItem } from './stored.ts';

/** The port on the table of enrolments. It writes its own attributes alone. */
export function dynamoLostAttempts(
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
  nowSeconds: () => number,
  /** Receives the fault of each item that cannot be read; the others are served all the same. */
  report: (error: unknown) => void = () => {},
): LostAttempts {
  const change = async (lost: LostAttempt, UpdateExpression: string, values: Item) => {
    await conditionalWrite(
      client,
      update({
        TableName,
        Key: rowKeyOf(lost),
        UpdateExpression,
        ConditionExpression: 'dueAt = :due AND duePartition = :lost',
        ExpressionAttributeValues: {
          ':due': number(lost.dueAtSeconds),
          ':lost': { S: lostPartition },
          ...values,
        },
      }),
      'SettlementContended',
    );
  };
  return {
    due: async (seconds, limit) => {
      const { Items = [] } = await client.send(dueQuery(TableName, lostPartition, seconds, limit));
      return readEach(Items, lostAttemptOf, report);
    },
    report: (lost, { candidates, searchedAtSeconds }) =>
      change(
        lost,
        'SET duePartition = :partition, dueAt = :now, searchedAt = :searched' +
          (candidates.length > 0 ? ', candidateArns = :candidates' : ''),
        {
          ':partition': { S: duePartitionOf(lost.enrolmentId) },
          ':now': number(nowSeconds()),
          ':searched': number(searchedAtSeconds),
          ...(candidates.length > 0 && { ':candidates': { SS: [...candidates] } }),
        },
      ),
    postpone: (lost, searchedAtSeconds, dueAtSeconds) =>
      change(lost, 'SET dueAt = :next, searchedAt = :searched', {
        ':next': number(dueAtSeconds),
        ':searched': number(searchedAtSeconds),
      }),
  };
}

function lostAttemptOf(item: Item): LostAttempt {
  const stored = storedItem(item, 'EnrolmentRowUnreadable');
  const { search } = searchOfItem(item);
  if (search === undefined) throw stored.unreadable();
  return { ...dueAttemptOf(item), search, isRefused: stored.text('status') === 'refused' };
}

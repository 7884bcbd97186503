/**
 * The finder's reads and writes, in DynamoDB: the partition of due searches of all connectors of a
 * service.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { LostAttempt, LostAttempts } from '../ports/due-attempts.ts';
import { type Item, toNumberAttribute } from './attributes.ts';
import { update, writeConditionally } from './conditional-write.ts';
import { buildDueQuery, readDueAttempt, toDueRowKey } from './due-index.ts';
import { readSearch } from './enrolment-item.ts';
import { lostPartition, toDuePartition } from './enrolment-keys.ts';
import { readEach, readStoredItem } from './stored-item.ts';

/** The port on the table of enrolments. It writes only the attributes of a search. */
export function createDynamoLostAttempts(
  client: Pick<DynamoDBClient, 'send'>,
  TableName: string,
  nowSeconds: () => number,
  /** Receives the fault of each item that cannot be read. The other items are still returned. */
  report: (error: unknown) => void = () => {},
): LostAttempts {
  const change = async (lost: LostAttempt, UpdateExpression: string, values: Item) => {
    await writeConditionally(
      client,
      update({
        TableName,
        Key: toDueRowKey(lost),
        UpdateExpression,
        ConditionExpression: 'dueAt = :due AND duePartition = :lost',
        ExpressionAttributeValues: {
          ':due': toNumberAttribute(lost.dueAtSeconds),
          ':lost': { S: lostPartition },
          ...values,
        },
      }),
      'SettlementContended',
    );
  };
  return {
    due: async (seconds, limit) => {
      const { Items = [] } = await client.send(
        buildDueQuery(TableName, lostPartition, seconds, limit),
      );
      return readEach(Items, readLostAttempt, report);
    },
    report: (lost, { candidates, searchedAtSeconds }) =>
      change(
        lost,
        'SET duePartition = :partition, dueAt = :now, searchedAt = :searched' +
          (candidates.length > 0 ? ', candidateArns = :candidates' : ''),
        {
          ':partition': { S: toDuePartition(lost.enrolmentId) },
          ':now': toNumberAttribute(nowSeconds()),
          ':searched': toNumberAttribute(searchedAtSeconds),
          ...(candidates.length > 0 && { ':candidates': { SS: [...candidates] } }),
        },
      ),
    postpone: (lost, searchedAtSeconds, dueAtSeconds) =>
      change(lost, 'SET dueAt = :next, searchedAt = :searched', {
        ':next': toNumberAttribute(dueAtSeconds),
        ':searched': toNumberAttribute(searchedAtSeconds),
      }),
  };
}

function readLostAttempt(item: Item): LostAttempt {
  const stored = readStoredItem(item, 'EnrolmentRowUnreadable');
  const { search } = readSearch(item);
  if (search === undefined) throw stored.unreadable();
  return { ...readDueAttempt(item), search, isRefused: stored.text('status') === 'refused' };
}

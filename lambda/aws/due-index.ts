/** The index of due items: its query, and the attempts that it lists. */
import { QueryCommand } from '@aws-sdk/client-dynamodb';
import type { DueAttempt } from '../ports/due-attempts.ts';
import { type Item, toNumberAttribute } from './attributes.ts';
import { dueIndex, toEarlierRowKey, toRowKey } from './enrolment-keys.ts';
import { readStoredItem } from './stored-item.ts';

/** Queries the due items of one partition, the earliest first. */
export const buildDueQuery = (
  TableName: string,
  partition: string,
  nowSeconds: number,
  Limit: number,
): QueryCommand =>
  new QueryCommand({
    TableName,
    IndexName: dueIndex,
    KeyConditionExpression: 'duePartition = :partition AND dueAt <= :now',
    ExpressionAttributeValues: {
      ':partition': { S: partition },
      ':now': toNumberAttribute(nowSeconds),
    },
    Limit,
  });

/**
 * Reads an attempt from the index. Its id begins with the connector's. Throws
 * `EnrolmentRowUnreadable` for an item that we did not write.
 */
export function readDueAttempt(item: Item): DueAttempt {
  const stored = readStoredItem(item, 'EnrolmentRowUnreadable');
  const [connectorId, kind, enrolmentId, earlier] = stored.text('id').split('#');
  if (!connectorId || kind !== 'enrolment' || !enrolmentId) throw stored.unreadable();
  return {
    connectorId,
    enrolmentId,
    attempt: stored.number('attempt'),
    dueAtSeconds: stored.number('dueAt'),
    isEarlier: earlier !== undefined,
  };
}

/** The key of a listed attempt's row. */
export const toDueRowKey = (attempt: DueAttempt): Item =>
  attempt.isEarlier
    ? toEarlierRowKey(attempt.connectorId, attempt)
    : toRowKey(attempt.connectorId, attempt.enrolmentId);

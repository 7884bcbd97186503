/**
 * What the dispatcher reads and writes, in DynamoDB: the index of due attempts of all connectors of
 * a service.
 */
import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { DueAttempt, DueAttempts } from '../ports/due-attempts.ts';
import { toNumberAttribute } from './attributes.ts';
import { isWritten, update, writeConditionally } from './conditional-write.ts';
import {
  dueIndex,
  duePartitions,
  type EnrolmentTables,
  type Item,
  leaseKey,
  toEarlierRowKey,
  toProgressKey,
  toRowKey,
} from './enrolment-keys.ts';
import { readProgress } from './progress-item.ts';
import { readItems } from './read-items.ts';
import { readEach, readStoredItem } from './stored-item.ts';

/** BatchGetItem takes 100 keys. */
const keysAtOnce = 100;

/** The port on the tables of enrolments and certificates. */
export function createDynamoDueAttempts(
  client: Pick<DynamoDBClient, 'send'>,
  tables: Omit<EnrolmentTables, 'challenges'>,
  /** Receives the fault of each item that cannot be read; the others are served all the same. */
  report: (error: unknown) => void = () => {},
): DueAttempts {
  return {
    due: async (nowSeconds, limit) => {
      const perPartition = Math.ceil(limit / duePartitions.length);
      const pages = await Promise.all(
        duePartitions.map((partition) =>
          client.send(buildDueQuery(tables.enrolments, partition, nowSeconds, perPartition)),
        ),
      );
      return pages
        .flatMap(({ Items = [] }) => readEach(Items, readDueAttempt, report))
        .toSorted((one, other) => one.dueAtSeconds - other.dueAtSeconds);
    },
    progressOf: async (attempts) => {
      const found: (ReturnType<typeof readProgress> | undefined)[] = [];
      for (let from = 0; from < attempts.length; from += keysAtOnce) {
        const keys = attempts
          .slice(from, from + keysAtOnce)
          .map(({ connectorId, enrolmentId }) => toProgressKey(connectorId, enrolmentId));
        const item = await readItems(client, { [tables.certificates]: keys });
        for (const key of keys) {
          const one = item(tables.certificates, key);
          // An attempt whose record cannot be read is started, so that Certify's error names it.
          found.push(readEach(one ? [one] : [], readProgress, report)[0]);
        }
      }
      return found;
    },
    postpone: async (attempt, seconds) =>
      isWritten(
        await writeConditionally(
          client,
          update({
            TableName: tables.enrolments,
            Key: toDueRowKey(attempt),
            UpdateExpression: 'SET dueAt = :next',
            // The condition is on `dueAt` alone: settling removes it, and another dispatcher
            // changes it.
            ConditionExpression: 'dueAt = :due',
            ExpressionAttributeValues: {
              ':next': toNumberAttribute(seconds),
              ':due': toNumberAttribute(attempt.dueAtSeconds),
            },
          }),
          'SettlementContended',
        ),
      ),
    lease: async (holder, nowSeconds, untilSeconds) =>
      isWritten(
        await writeConditionally(
          client,
          update({
            TableName: tables.certificates,
            Key: leaseKey,
            UpdateExpression: 'SET holder = :holder, heldUntil = :until',
            ConditionExpression:
              'attribute_not_exists(id) OR holder = :holder OR heldUntil <= :now',
            ExpressionAttributeValues: {
              ':holder': { S: holder },
              ':until': toNumberAttribute(untilSeconds),
              ':now': toNumberAttribute(nowSeconds),
            },
          }),
          'SettlementContended',
        ),
      ),
  };
}

/** The key of a listed attempt's row. */
export const toDueRowKey = (attempt: DueAttempt): Item =>
  attempt.isEarlier
    ? toEarlierRowKey(attempt.connectorId, attempt)
    : toRowKey(attempt.connectorId, attempt.enrolmentId);

/** One partition of the index, the earliest first. */
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

/** An attempt as the index projects it; its id begins with the connector's. */
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

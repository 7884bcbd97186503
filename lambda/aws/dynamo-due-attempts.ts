/**
 * The dispatcher's reads and writes, in DynamoDB: the index of due attempts of all connectors of a
 * service.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { DueAttempts } from '../ports/due-attempts.ts';
import { toNumberAttribute } from './attributes.ts';
import { isWritten, update, writeConditionally } from './conditional-write.ts';
import { buildDueQuery, readDueAttempt, toDueRowKey } from './due-index.ts';
import { duePartitions, type EnrolmentTables, leaseKey, toProgressKey } from './enrolment-keys.ts';
import { readProgress } from './progress-item.ts';
import { maxKeysPerBatch, readItems } from './read-items.ts';
import { readEach } from './stored-item.ts';

/** The port on the tables of enrolments and certificates. */
export function createDynamoDueAttempts(
  client: Pick<DynamoDBClient, 'send'>,
  tables: Omit<EnrolmentTables, 'challenges'>,
  /** Receives the fault of each item that cannot be read. The other items are still returned. */
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
      for (let from = 0; from < attempts.length; from += maxKeysPerBatch) {
        const keys = attempts
          .slice(from, from + maxKeysPerBatch)
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
            // The settlement removes `dueAt`, and another dispatcher changes it. Both fail the
            // condition.
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

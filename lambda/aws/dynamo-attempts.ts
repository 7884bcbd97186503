/** Certify's reads and writes of attempts, in DynamoDB. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Attempt } from '../core/attempt.ts';
import type { AttemptStore } from '../ports/attempts.ts';
import { type Item, toNumberAttribute } from './attributes.ts';
import { isWritten, put, update, writeConditionally } from './conditional-write.ts';
import { discardCertificate } from './discard-certificate.ts';
import {
  type EnrolmentTables,
  lostPartition,
  rateLimiterKey,
  toDuePartition,
  toEarlierRowKey,
  toProgressKey,
  toRowKey,
} from './enrolment-keys.ts';
import { readKnownItems } from './known-items.ts';
import { readProgress, toProgressItem, toProgressTtl } from './progress-item.ts';
import { readItems } from './read-items.ts';
import { recordCertificate } from './serial-record.ts';
import { settleAttempt } from './settle-attempt.ts';
import type { StoreOptions } from './store-options.ts';
import { updateAttemptRow } from './update-attempt-row.ts';

/** The port on the tables of enrolments, certificates and challenges, for one connector. */
export function createDynamoAttempts(
  client: Pick<DynamoDBClient, 'send'>,
  tables: EnrolmentTables,
  options: StoreOptions,
): AttemptStore {
  const { connectorId, nowSeconds, repeats } = options;
  const change = (how: Parameters<typeof update>[0]) =>
    writeConditionally(client, update(how), 'SettlementContended', repeats);
  const locateProgress = ({ enrolmentId }: Attempt) => ({
    TableName: tables.certificates,
    Key: toProgressKey(connectorId, enrolmentId),
  });
  /**
   * Changes this attempt's row if the row has this status. Without a status, the row must hold a
   * Grant. Returns false if the condition fails. Only the newest attempt can have status granted.
   */
  const changeRow = async (
    attempt: Attempt,
    status: 'granted' | 'refused' | undefined,
    {
      UpdateExpression,
      values = {},
    }: { readonly UpdateExpression: string; readonly values?: Item },
  ): Promise<boolean> => {
    const changeUnder = async (Key: Item): Promise<boolean> => {
      const result = await change({
        TableName: tables.enrolments,
        Key,
        UpdateExpression,
        ...(status === undefined
          ? { ConditionExpression: 'attempt = :attempt AND attribute_exists(sealedGrant)' }
          : {
              ConditionExpression: 'attempt = :attempt AND #status = :status',
              ExpressionAttributeNames: { '#status': 'status' },
            }),
        ExpressionAttributeValues: {
          ...values,
          ':attempt': toNumberAttribute(attempt.attempt),
          ...(status !== undefined && { ':status': { S: status } }),
        },
      });
      return isWritten(result);
    };
    return status === 'granted'
      ? await changeUnder(toRowKey(connectorId, attempt.enrolmentId))
      : await updateAttemptRow(connectorId, attempt, changeUnder);
  };
  return {
    read: async ({ enrolmentId, attempt }) => {
      const row = toRowKey(connectorId, enrolmentId);
      const earlier = toEarlierRowKey(connectorId, { enrolmentId, attempt });
      const progress = toProgressKey(connectorId, enrolmentId);
      const keys = {
        [tables.enrolments]: [row, earlier],
        [tables.certificates]: [progress, rateLimiterKey],
      };
      const item = await readItems(client, keys, repeats);
      const newest = item(tables.enrolments, row);
      // Once a newer row was removed, its number may be used again beside an earlier row. Then the
      // newest row counts.
      const isNewest = newest?.attempt?.N === String(attempt);
      return readKnownItems({
        row: isNewest ? newest : (item(tables.enrolments, earlier) ?? newest),
        progress: item(tables.certificates, progress),
        rateLimiter: item(tables.certificates, rateLimiterKey),
      });
    },
    begin: async (progress) => {
      const command = put({
        TableName: tables.certificates,
        Item: {
          ...toProgressKey(connectorId, progress.enrolmentId),
          ...toProgressItem(progress),
          ttl: toProgressTtl(nowSeconds()),
        },
        ConditionExpression: 'attribute_not_exists(id) OR attempt < :attempt',
        ExpressionAttributeValues: { ':attempt': toNumberAttribute(progress.attempt) },
      });
      const result = await writeConditionally(client, command, 'SettlementContended', repeats);
      return 'written' in result
        ? { progress, isNew: true }
        : { progress: readProgress(result.failed), isNew: false };
    },
    mark: async (attempt, seconds) => {
      const result = await change({
        ...locateProgress(attempt),
        UpdateExpression: 'SET requestedAt = if_not_exists(requestedAt, :now) ADD tries :one',
        ConditionExpression: 'attempt = :attempt AND attribute_not_exists(withheldFor)',
        ExpressionAttributeValues: {
          ':now': toNumberAttribute(seconds),
          ':one': toNumberAttribute(1),
          ':attempt': toNumberAttribute(attempt.attempt),
        },
        ReturnValues: 'ALL_NEW',
      });
      return 'written' in result ? readProgress(result.written) : undefined;
    },
    unmark: async (attempt) => {
      // After two tries the mark stays, because the CA may have received the first one.
      await change({
        ...locateProgress(attempt),
        UpdateExpression: 'SET tries = :zero REMOVE requestedAt',
        ConditionExpression:
          'attempt = :attempt AND tries = :one AND attribute_not_exists(certificateArn)',
        ExpressionAttributeValues: {
          ':zero': toNumberAttribute(0),
          ':one': toNumberAttribute(1),
          ':attempt': toNumberAttribute(attempt.attempt),
        },
      });
    },
    recordArn: async (attempt, certificateArn) =>
      isWritten(
        await change({
          ...locateProgress(attempt),
          UpdateExpression: 'SET certificateArn = :arn',
          ConditionExpression: 'attempt = :attempt',
          ExpressionAttributeValues: {
            ':arn': { S: certificateArn },
            ':attempt': toNumberAttribute(attempt.attempt),
          },
        }),
      ),
    withhold: async (attempt, code) => {
      const result = await change({
        ...locateProgress(attempt),
        UpdateExpression: 'SET withheldFor = if_not_exists(withheldFor, :code)',
        ConditionExpression: 'attempt = :attempt',
        ExpressionAttributeValues: {
          ':code': { S: code },
          ':attempt': toNumberAttribute(attempt.attempt),
        },
        ReturnValues: 'ALL_NEW',
      });
      return 'written' in result ? readProgress(result.written).withheldFor : undefined;
    },
    record: (certificate) => recordCertificate(client, tables, options, certificate),
    settle: (settlement) => settleAttempt(client, tables, options, settlement),
    discard: (certificate, seconds) =>
      discardCertificate(client, tables, options, certificate, seconds),
    postpone: (attempt, dueAtSeconds) =>
      changeRow(attempt, 'granted', {
        UpdateExpression: 'SET dueAt = :due, duePartition = :partition',
        values: {
          ':due': toNumberAttribute(dueAtSeconds),
          ':partition': { S: toDuePartition(attempt.enrolmentId) },
        },
      }),
    requestSearch: (attempt, search, dueAtSeconds) =>
      changeRow(attempt, undefined, {
        UpdateExpression:
          'SET lostAt = :lost, dueAt = :due, duePartition = :partition REMOVE candidateArns',
        values: {
          ':lost': toNumberAttribute(search.askedAtSeconds),
          ':due': toNumberAttribute(dueAtSeconds),
          ':partition': { S: lostPartition },
        },
      }),
    endSearch: async (attempt) => {
      await changeRow(attempt, 'refused', {
        UpdateExpression:
          'REMOVE lostAt, searchedAt, candidateArns, sealedGrant, duePartition, dueAt',
      });
    },
  };
}

/**
 * The certificates of a connector that wait to be revoked, in DynamoDB: a partition of the index of
 * what is due.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { requireSerial } from '../core/serial-number.ts';
import type { EnrolmentRow } from '../ports/enrolments.ts';
import type { WithheldCertificate, WithheldCertificates } from '../ports/withheld.ts';
import { toNumberAttribute } from './attributes.ts';
import { buildDueQuery, readDueAttempt, toDueRowKey } from './dynamo-due-attempts.ts';
import { readRow } from './enrolment-item.ts';
import {
  type EnrolmentTables,
  type Item,
  toEarlierRowKey,
  toRowKey,
  toSerialRecordKey,
  toWithheldPartition,
} from './enrolment-keys.ts';
import { readItems } from './read-items.ts';
import { readEach } from './stored-item.ts';
import { transact } from './transact.ts';

/** BatchGetItem takes 100 keys. */
const maxAtOnce = 100;

/** The port on the tables of enrolments and certificates, for one connector. */
export function createDynamoWithheld(
  client: Pick<DynamoDBClient, 'send'>,
  tables: Omit<EnrolmentTables, 'challenges'>,
  { connectorId, nowSeconds }: { readonly connectorId: string; readonly nowSeconds: () => number },
): WithheldCertificates {
  const serialKey = (serialHex: string): Item =>
    toSerialRecordKey(connectorId, requireSerial(serialHex));
  return {
    pending: async (limit) => {
      const partition = toWithheldPartition(connectorId);
      const { Items = [] } = await client.send(
        buildDueQuery(tables.enrolments, partition, nowSeconds(), Math.min(limit, maxAtOnce)),
      );
      let disputed = 0;
      const dispute = (): void => {
        disputed += 1;
      };
      const keys = readEach(Items, (item) => toDueRowKey(readDueAttempt(item)), dispute);
      const row = await readItems(client, { [tables.enrolments]: keys });
      const rows = keys
        .map((key) => row(tables.enrolments, key))
        .filter((item) => item !== undefined);
      const waiting = readEach(rows, withheldIn, dispute).flat();
      const recordKeys = waiting.map(({ serialHex }) => serialKey(serialHex));
      const record = await readItems(client, { [tables.certificates]: recordKeys });
      const certificates = waiting.filter((one) =>
        isRecordedAs(one, record(tables.certificates, serialKey(one.serialHex))),
      );
      return { certificates, disputed: disputed + waiting.length - certificates.length };
    },
    markRevoked: async (certificate, seconds) => {
      const { enrolmentId, serialHex } = certificate;
      const record = {
        TableName: tables.certificates,
        Key: serialKey(serialHex),
        UpdateExpression: 'SET revokedAt = if_not_exists(revokedAt, :now)',
        ConditionExpression: 'attribute_exists(withheldFor)',
        ExpressionAttributeValues: { ':now': toNumberAttribute(seconds) },
      };
      const keys = [toRowKey(connectorId, enrolmentId), toEarlierRowKey(connectorId, certificate)];
      for (const Key of keys) {
        const row = {
          TableName: tables.enrolments,
          Key,
          UpdateExpression:
            'SET revokedAt = if_not_exists(revokedAt, :now) REMOVE duePartition, dueAt',
          ConditionExpression: 'attempt = :attempt AND serialHex = :serial',
          ExpressionAttributeValues: {
            ':now': toNumberAttribute(seconds),
            ':attempt': toNumberAttribute(certificate.attempt),
            ':serial': { S: serialHex },
          },
        };
        const result = await transact(
          client,
          [{ Update: row }, { Update: record }],
          'SettlementContended',
        );
        if (result === 'written') return;
      }
    },
  };
}

/**
 * The withheld certificate of a row; undefined if the row hands its certificate out, or has no
 * certificate.
 */
function withheldIn(item: Item | undefined): readonly WithheldCertificate[] {
  const row: EnrolmentRow | undefined = item && readRow(item);
  if (row?.state.status !== 'refused' || row.state.serialHex === undefined) return [];
  const { enrolmentId, attempt, state } = row;
  return [{ enrolmentId, attempt, serialHex: row.state.serialHex, code: state.code }];
}

/** Whether the serial record names the same attempt and the same reason. */
const isRecordedAs = (
  { enrolmentId, attempt, code }: WithheldCertificate,
  item: Item | undefined,
): boolean =>
  item?.enrolmentId?.S === enrolmentId &&
  item.attempt?.N === String(attempt) &&
  item.withheldFor?.S === code;

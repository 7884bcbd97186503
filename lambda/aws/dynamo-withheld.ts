/**
 * The certificates of a connector that wait for their revocation, in DynamoDB: a partition of the
 * index of due items.
 */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { requireSerial } from '../core/serial-number.ts';
import type { WithheldCertificate, WithheldCertificates } from '../ports/withheld.ts';
import { type Item, toNumberAttribute } from './attributes.ts';
import { buildDueQuery, readDueAttempt, toDueRowKey } from './due-index.ts';
import { readRow } from './enrolment-item.ts';
import { type EnrolmentTables, toSerialRecordKey, toWithheldPartition } from './enrolment-keys.ts';
import { maxKeysPerBatch, readItems } from './read-items.ts';
import { readEach } from './stored-item.ts';
import { transact } from './transact.ts';
import { updateAttemptRow } from './update-attempt-row.ts';

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
        buildDueQuery(tables.enrolments, partition, nowSeconds(), Math.min(limit, maxKeysPerBatch)),
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
      const waiting = readEach(rows, readWithheld, dispute).flat();
      const recordKeys = waiting.map(({ serialHex }) => serialKey(serialHex));
      const record = await readItems(client, { [tables.certificates]: recordKeys });
      const certificates = waiting.filter((one) =>
        isRecordedAs(one, record(tables.certificates, serialKey(one.serialHex))),
      );
      return { certificates, disputed: disputed + waiting.length - certificates.length };
    },
    markRevoked: async (certificate, seconds) => {
      const { serialHex } = certificate;
      const record = {
        TableName: tables.certificates,
        Key: serialKey(serialHex),
        UpdateExpression: 'SET revokedAt = if_not_exists(revokedAt, :now)',
        ConditionExpression: 'attribute_exists(withheldFor)',
        ExpressionAttributeValues: { ':now': toNumberAttribute(seconds) },
      };
      await updateAttemptRow(connectorId, certificate, async (Key) => {
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
        const writes = [{ Update: row }, { Update: record }];
        return (await transact(client, writes, 'SettlementContended')) === 'written';
      });
    },
  };
}

/**
 * Reads the withheld certificate of a row. The list is empty if the row hands its certificate out,
 * or has no certificate.
 */
function readWithheld(item: Item): readonly WithheldCertificate[] {
  const { enrolmentId, attempt, state } = readRow(item);
  if (state.status !== 'refused' || state.serialHex === undefined) return [];
  return [{ enrolmentId, attempt, serialHex: state.serialHex, code: state.code }];
}

/** Whether the serial record names the same attempt and the same reason. */
const isRecordedAs = (
  { enrolmentId, attempt, code }: WithheldCertificate,
  item: Item | undefined,
): boolean =>
  item?.enrolmentId?.S === enrolmentId &&
  item.attempt?.N === String(attempt) &&
  item.withheldFor?.S === code;

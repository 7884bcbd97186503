/** How a certificate that no row hands out is recorded and handed to Revoke. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Fault } from '../core/errors.ts';
import type { RecordedCertificate } from '../ports/attempts.ts';
import { toNumberAttribute } from './attributes.ts';
import type { StoreOptions } from './dynamo-enrolments.ts';
import {
  type EnrolmentTables,
  toEarlierRowKey,
  toRowKey,
  toWithheldPartition,
} from './enrolment-keys.ts';
import { buildSerialWrite } from './serial-record.ts';
import { transact } from './transact.ts';

/**
 * Adds a withheld certificate to its refused row, wherever that row is by now, and has it revoked.
 */
export async function discardCertificate(
  client: Pick<DynamoDBClient, 'send'>,
  tables: EnrolmentTables,
  { connectorId, repeats }: StoreOptions,
  certificate: RecordedCertificate,
  nowSeconds: number,
): Promise<void> {
  const record = { TableName: tables.certificates, ...buildSerialWrite(certificate, connectorId) };
  const rows = [
    toRowKey(connectorId, certificate.enrolmentId),
    toEarlierRowKey(connectorId, certificate),
  ];
  for (const Key of rows) {
    const row = {
      TableName: tables.enrolments,
      Key,
      ...discardWrite(certificate, connectorId, nowSeconds),
    };
    const result = await transact(
      client,
      [{ Update: row }, { Update: record }],
      'SettlementContended',
      repeats,
    );
    if (result === 'written') return;
  }
  throw new Fault('AttemptUnknown', certificate.enrolmentId);
}

const discardWrite = (
  { attempt, serialHex }: RecordedCertificate,
  connectorId: string,
  nowSeconds: number,
) => ({
  UpdateExpression:
    'SET serialHex = :serial, duePartition = :partition, dueAt = :now REMOVE lostAt, searchedAt, candidateArns, sealedGrant',
  ConditionExpression: 'attempt = :attempt AND #status = :refused',
  ExpressionAttributeNames: { '#status': 'status' },
  ExpressionAttributeValues: {
    ':serial': { S: serialHex },
    ':partition': { S: toWithheldPartition(connectorId) },
    ':now': toNumberAttribute(nowSeconds),
    ':attempt': toNumberAttribute(attempt),
    ':refused': { S: 'refused' },
  },
});

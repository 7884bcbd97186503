/** Records a certificate that is never handed out, and makes it due for the Revoke function. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Fault } from '../core/errors.ts';
import type { RecordedCertificate } from '../ports/attempts.ts';
import { toNumberAttribute } from './attributes.ts';
import { type EnrolmentTables, toWithheldPartition } from './enrolment-keys.ts';
import { buildSerialWrite } from './serial-record.ts';
import type { StoreOptions } from './store-options.ts';
import { transact } from './transact.ts';
import { updateAttemptRow } from './update-attempt-row.ts';

/**
 * Adds a withheld certificate to its refused row. Throws `AttemptUnknown` if no refused row of the
 * attempt exists.
 */
export async function discardCertificate(
  client: Pick<DynamoDBClient, 'send'>,
  tables: EnrolmentTables,
  { connectorId, repeats }: StoreOptions,
  certificate: RecordedCertificate,
  nowSeconds: number,
): Promise<void> {
  const record = { TableName: tables.certificates, ...buildSerialWrite(certificate, connectorId) };
  const change = buildDiscardChange(certificate, connectorId, nowSeconds);
  const isWritten = await updateAttemptRow(connectorId, certificate, async (Key) => {
    const row = { TableName: tables.enrolments, Key, ...change };
    const writes = [{ Update: row }, { Update: record }];
    return (await transact(client, writes, 'SettlementContended', repeats)) === 'written';
  });
  if (!isWritten) throw new Fault('AttemptUnknown', certificate.enrolmentId);
}

const buildDiscardChange = (
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

/** The serial record of a certificate: its provenance, and whether it can be handed out. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { requireSerial } from '../core/serial-number.ts';
import type { RecordedCertificate } from '../ports/attempts.ts';
import {
  computeTtl,
  type Item,
  setMembers,
  toNumberAttribute,
  toOptionalMember,
  toTextAttribute,
} from './attributes.ts';
import { isWritten, update, writeConditionally } from './conditional-write.ts';
import { type EnrolmentTables, toSerialRecordKey } from './enrolment-keys.ts';
import { settledDays } from './settled-row.ts';
import type { StoreOptions } from './store-options.ts';

/**
 * Builds the write of a serial record. The write is idempotent, and it never clears a revocation.
 * It does not withhold a certificate that was handed out: otherwise a forged row could cause its
 * revocation.
 */
export function buildSerialWrite(
  certificate: RecordedCertificate,
  connectorId: string,
  more: Item = {},
) {
  const { enrolmentId, attempt, serialHex, withheldFor } = certificate;
  const serialKey = requireSerial(serialHex);
  const members: Item = {
    serialHex: { S: serialHex },
    certificateSha256: { S: certificate.sha256 },
    certificateArn: { S: certificate.certificateArn },
    enrolmentId: { S: enrolmentId },
    attempt: toNumberAttribute(attempt),
    renewalLine: { S: certificate.line },
    notBefore: toNumberAttribute(certificate.notBeforeSeconds),
    notAfter: toNumberAttribute(certificate.notAfterSeconds),
    ttl: computeTtl(certificate.notAfterSeconds, settledDays),
    ...toOptionalMember('withheldFor', withheldFor, toTextAttribute),
    ...more,
  };
  const isOwn = '#enrolmentId = :enrolmentId AND #attempt = :attempt';
  const isUsable = 'attribute_not_exists(revokedAt) AND attribute_not_exists(withheldFor)';
  return {
    Key: toSerialRecordKey(connectorId, serialKey),
    ...setMembers(members),
    ConditionExpression:
      withheldFor === undefined
        ? `attribute_not_exists(id) OR (${isOwn} AND ${isUsable})`
        : `attribute_not_exists(id) OR (${isOwn} AND attribute_not_exists(handedOutAt))`,
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
  };
}

/**
 * Writes the serial record alone; false if it is recorded as revoked, as withheld, or for another
 * attempt.
 */
export async function recordCertificate(
  client: Pick<DynamoDBClient, 'send'>,
  tables: EnrolmentTables,
  { connectorId, repeats }: StoreOptions,
  certificate: RecordedCertificate,
): Promise<boolean> {
  const command = update({
    TableName: tables.certificates,
    ...buildSerialWrite(certificate, connectorId),
  });
  return isWritten(await writeConditionally(client, command, 'SettlementContended', repeats));
}

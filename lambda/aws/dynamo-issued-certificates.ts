/**
 * The certificates of a connector by serial number, in DynamoDB: one serial record per certificate,
 * written before or with the settlement of its attempt.
 */
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { IssuedCertificates } from '../ports/revocations.ts';
import { type Item, toNumberAttribute, toOptionalMember } from './attributes.ts';
import { isWritten, update, writeConditionally } from './conditional-write.ts';
import { type EnrolmentTables, toSerialRecordKey } from './enrolment-keys.ts';
import { readStoredItem } from './stored-item.ts';
import { updateAttemptRow } from './update-attempt-row.ts';

/** The first time of revocation is kept. */
const markChange = 'SET revokedAt = if_not_exists(revokedAt, :now)';

/** The port on the tables of certificates and enrolments, for one connector. */
export function createDynamoIssuedCertificates(
  client: Pick<DynamoDBClient, 'send'>,
  { certificates, enrolments }: Omit<EnrolmentTables, 'challenges'>,
  connectorId: string,
): IssuedCertificates {
  const read = async (serialKey: string): Promise<Item | undefined> => {
    const Key = toSerialRecordKey(connectorId, serialKey);
    const command = new GetItemCommand({ TableName: certificates, Key, ConsistentRead: true });
    return (await client.send(command)).Item;
  };
  const change = async (how: Parameters<typeof update>[0]): Promise<boolean> =>
    isWritten(await writeConditionally(client, update(how), 'SettlementContended'));
  return {
    find: async (serialKey) => {
      const item = await read(serialKey);
      if (item === undefined) return undefined;
      const stored = readStoredItem(item, 'SerialUnreadable');
      return {
        serialHex: stored.text('serialHex'),
        ...toOptionalMember('revokedAtSeconds', stored.optionalNumber('revokedAt')),
      };
    },
    markRevoked: async (serialKey, nowSeconds) => {
      const item = await read(serialKey);
      if (item === undefined) return;
      const stored = readStoredItem(item, 'SerialUnreadable');
      const enrolmentId = stored.text('enrolmentId');
      const attempt = stored.number('attempt');
      // The row is marked first. After a crash between the two writes, both are marked again.
      await updateAttemptRow(connectorId, { enrolmentId, attempt }, (Key) =>
        change({
          TableName: enrolments,
          Key,
          UpdateExpression: markChange,
          ConditionExpression: 'attempt = :attempt',
          ExpressionAttributeValues: {
            ':now': toNumberAttribute(nowSeconds),
            ':attempt': toNumberAttribute(attempt),
          },
        }),
      );
      await change({
        TableName: certificates,
        Key: toSerialRecordKey(connectorId, serialKey),
        UpdateExpression: markChange,
        ConditionExpression: 'attribute_exists(id)',
        ExpressionAttributeValues: { ':now': toNumberAttribute(nowSeconds) },
      });
    },
  };
}

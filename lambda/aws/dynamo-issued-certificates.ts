/**
 * The certificates of a connector by serial number, in DynamoDB: one record per certificate,
 * written when its attempt is settled.
 */
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { IssuedCertificates } from '../ports/revocations.ts';
import { toNumberAttribute, writeOptional } from './attributes.ts';
import { isWritten, update, writeConditionally } from './conditional-write.ts';
import {
  type EnrolmentTables,
  type Item,
  toEarlierRowKey,
  toRowKey,
  toSerialRecordKey,
} from './enrolment-keys.ts';
import { readStoredItem } from './stored-item.ts';

/** The first time stands. */
const mark = 'SET revokedAt = if_not_exists(revokedAt, :now)';

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
        ...writeOptional('revokedAtSeconds', stored.optionalNumber('revokedAt'), Number),
      };
    },
    markRevoked: async (serialKey, nowSeconds) => {
      const item = await read(serialKey);
      if (item === undefined) return;
      const stored = readStoredItem(item, 'SerialUnreadable');
      const enrolmentId = stored.text('enrolmentId');
      const attempt = stored.number('attempt');
      // The row comes first, so that after a crash between the two the certificate is marked again.
      const keys = [
        toRowKey(connectorId, enrolmentId),
        toEarlierRowKey(connectorId, { enrolmentId, attempt }),
      ];
      for (const Key of keys) {
        const isMarked = await change({
          TableName: enrolments,
          Key,
          UpdateExpression: mark,
          ConditionExpression: 'attempt = :attempt',
          ExpressionAttributeValues: {
            ':now': toNumberAttribute(nowSeconds),
            ':attempt': toNumberAttribute(attempt),
          },
        });
        if (isMarked) break;
      }
      await change({
        TableName: certificates,
        Key: toSerialRecordKey(connectorId, serialKey),
        UpdateExpression: mark,
        ConditionExpression: 'attribute_exists(id)',
        ExpressionAttributeValues: { ':now': toNumberAttribute(nowSeconds) },
      });
    },
  };
}

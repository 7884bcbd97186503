/**
 * The certificates of a connector by serial number, in DynamoDB: one record per certificate,
 * written when its attempt is settled.
 */
import { type DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { IssuedCertificates } from '../ports/revocations.ts';
import { number, optional } from './attributes.ts';
import { conditionalWrite, isWritten, update } from './conditional-write.ts';
import {
  type EnrolmentTables,
  earlierRowKey,
  type Item,
  rowKey,
  serialRecordKey,
} from './enrolment-keys.ts';
import { storedItem } from './stored.ts';

/** The first time stands. */
const mark = 'SET revokedAt = if_not_exists(revokedAt, :now)';

/** The port on the tables of certificates and enrolments, for one connector. */
export function dynamoIssuedCertificates(
  client: Pick<DynamoDBClient, 'send'>,
  { certificates, enrolments }: Omit<EnrolmentTables, 'challenges'>,
  connectorId: string,
): IssuedCertificates {
  const read = async (serialKey: string): Promise<Item | undefined> => {
    const Key = serialRecordKey(connectorId, serialKey);
    const command = new GetItemCommand({ TableName: certificates, Key, ConsistentRead: true });
    return (await client.send(command)).Item;
  };
  const change = async (how: Parameters<typeof update>[0]): Promise<boolean> =>
    isWritten(await conditionalWrite(client, update(how), 'SettlementContended'));
  return {
    find: async (serialKey) => {
      const item = await read(serialKey);
      if (item === undefined) return undefined;
      const stored = storedItem(item, 'SerialUnreadable');
      return {
        serialHex: stored.text('serialHex'),
        ...optional('revokedAtSeconds', stored.optionalNumber('revokedAt'), Number),
      };
    },
    markRevoked: async (serialKey, nowSeconds) => {
      const item = await read(serialKey);
      if (item === undefined) return;
      const stored = storedItem(item, 'SerialUnreadable');
      const enrolmentId = stored.text('enrolmentId');
      const attempt = stored.number('attempt');
      // The row comes first, so that after a crash between the two the certificate is marked again.
      const keys = [
        rowKey(connectorId, enrolmentId),
        earlierRowKey(connectorId, { enrolmentId, attempt }),
      ];
      for (const Key of keys) {
        const isMarked = await change({
          TableName: enrolments,
          Key,
          UpdateExpression: mark,
          ConditionExpression: 'attempt = :attempt',
          ExpressionAttributeValues: { ':now': number(nowSeconds), ':attempt': number(attempt) },
        });
        if (isMarked) break;
      }
      await change({
        TableName: certificates,
        Key: serialRecordKey(connectorId, serialKey),
        UpdateExpression: mark,
        ConditionExpression: 'attribute_exists(id)',
        ExpressionAttributeValues: { ':now': number(nowSeconds) },
      });
    },
  };
}

/** The certificates of a connector by serial number, in DynamoDB: an item each, beside the enrolment that it came of. */
import {
  type DynamoDBClient,
  GetItemCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { IssuedCertificates } from '../ports.ts';
import { requireSerial } from '../serial-number.ts';
import { number, optional, ttlAfter } from './attributes.ts';
import { keptDays } from './ledger-changes.ts';
import type { Item } from './ledger-item.ts';
import { unlessConditionFails } from './unless-condition-fails.ts';

/** The first time stands. */
const mark = 'SET revokedAt = if_not_exists(revokedAt, :now)';

/** The port on the table of enrolments, for one connector. */
export function dynamoIssuedCertificates(
  client: DynamoDBClient,
  TableName: string,
  connectorId: string,
): IssuedCertificates {
  const serialId = (serialKey: string) => ({ id: { S: `${connectorId}#serial#${serialKey}` } });
  const enrolmentId = (id: string) => ({ id: { S: `${connectorId}#enrolment#${id}` } });
  const read = async (serialKey: string): Promise<Item | undefined> => {
    const Key = serialId(serialKey);
    return (await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
  };
  const update = (Key: Item, change: Omit<UpdateItemCommandInput, 'TableName' | 'Key'>) =>
    client.send(new UpdateItemCommand({ TableName, Key, ...change }));

  return {
    record: async ({ serialHex, enrolmentId: id, generation, notAfterSeconds }) => {
      const serialKey = requireSerial(serialHex);
      // Told again, it changes nothing; above all it does not take a revocation away.
      await update(serialId(serialKey), {
        UpdateExpression:
          'SET serialHex = :serial, enrolmentId = :enrolment, generation = :generation, #ttl = :ttl',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: {
          ':serial': { S: serialKey },
          ':enrolment': { S: id },
          ':generation': number(generation),
          ':ttl': ttlAfter(notAfterSeconds, keptDays),
        },
      });
    },
    find: async (serialKey) => {
      const item = await read(serialKey);
      if (item === undefined) return undefined;
      const { serialHex, revokedAt } = item;
      return {
        serialHex: serialHex?.S ?? '',
        ...optional('revokedAtSeconds', revokedAt?.N, Number),
      };
    },
    markRevoked: async (serialKey, nowSeconds) => {
      const item = await read(serialKey);
      if (item === undefined) return;
      // The enrolment first: a crash between the two leaves a certificate that is marked again. Settled or not: Intune may want
      // one revoked between its notification and the record of it, and settling leaves the mark where it is.
      const { enrolmentId: enrolment, generation = number(0) } = item;
      await unlessConditionFails(
        update(enrolmentId(enrolment?.S ?? ''), {
          UpdateExpression: mark,
          ConditionExpression: 'generation = :generation',
          ExpressionAttributeValues: { ':now': number(nowSeconds), ':generation': generation },
        }),
      );
      await update(serialId(serialKey), {
        UpdateExpression: mark,
        ExpressionAttributeValues: { ':now': number(nowSeconds) },
      });
    },
  };
}

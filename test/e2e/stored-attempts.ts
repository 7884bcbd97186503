/** The tables of a running app, as a test reads and changes them behind the app's back. */
import {
  type AttributeValue,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import {
  leaseKey,
  rateLimiterKey,
  toProgressKey,
  toRowKey,
  toSerialRecordKey,
} from '../../lambda/aws/enrolment-keys.ts';
import { environment } from '../../lambda/config/environment.ts';
import type { RunningApp } from './running-app.ts';

type Item = Record<string, AttributeValue>;

/** What a test does to them. */
export function storedAttempts({ dynamo, scepVariable, connectorId }: RunningApp) {
  const enrolments = scepVariable(environment.enrolmentsTable);
  const challenges = scepVariable(environment.challengesTable);
  const certificates = scepVariable(environment.certificatesTable);
  return {
    /** The row of an enrolment; throws if there is none. */
    row: async (enrolmentId: string): Promise<Item> => {
      const Key = toRowKey(connectorId, enrolmentId);
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: enrolments, Key }));
      if (Item === undefined) throw new Error(`no row of ${enrolmentId}`);
      return Item;
    },
    /** Puts a row in place of the one that is there. */
    putRow: (Item: Item) => dynamo.send(new PutItemCommand({ TableName: enrolments, Item })),
    /** Makes the progress record say that the CA was asked so long ago, and that no answer came. */
    forgetAnswer: (enrolmentId: string, askedAtSeconds: number) =>
      dynamo.send(
        new UpdateItemCommand({
          TableName: certificates,
          Key: toProgressKey(connectorId, enrolmentId),
          UpdateExpression: 'SET requestedAt = :asked REMOVE certificateArn',
          ExpressionAttributeValues: { ':asked': { N: String(askedAtSeconds) } },
        }),
      ),
    forgetCertificate: (serialHex: string) =>
      dynamo.send(
        new DeleteItemCommand({
          TableName: certificates,
          Key: toSerialRecordKey(connectorId, serialHex.replace(/^0+/, '')),
        }),
      ),
    /** Ends the dispatcher's lease, which a run that is over has for some seconds more. */
    endLease: () => dynamo.send(new DeleteItemCommand({ TableName: certificates, Key: leaseKey })),
    /** Makes the newest challenges of this name so many seconds older. */
    ageChallenge: async (name: string, seconds: number): Promise<void> => {
      const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: challenges }));
      const named = Items.filter((item) => item.name?.S === name && !item.replacedBy);
      for (const { id, createdAt } of named)
        await dynamo.send(
          new UpdateItemCommand({
            TableName: challenges,
            Key: { id: id ?? { S: '' } },
            UpdateExpression: 'SET createdAt = :then',
            ExpressionAttributeValues: { ':then': { N: String(Number(createdAt?.N) - seconds) } },
          }),
        );
    },
    /** Makes requests queue for the CA until then, in epoch milliseconds. */
    queueUntil: (nextTurnAtMilliseconds: number) =>
      dynamo.send(
        new PutItemCommand({
          TableName: certificates,
          Item: {
            ...rateLimiterKey,
            nextTurnAtMilliseconds: { N: String(nextTurnAtMilliseconds) },
          },
        }),
      ),
  };
}

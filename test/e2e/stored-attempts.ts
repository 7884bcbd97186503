/** Direct access of tests to the tables of a running app. */
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

/** Creates the access to the tables of an app. */
export function storedAttempts({ dynamo, scepVariable, connectorId }: RunningApp) {
  const enrolments = scepVariable(environment.enrolmentsTable);
  const challenges = scepVariable(environment.challengesTable);
  const certificates = scepVariable(environment.certificatesTable);
  return {
    /** Reads the row of an enrolment. Throws if it is missing. */
    row: async (enrolmentId: string): Promise<Item> => {
      const Key = toRowKey(connectorId, enrolmentId);
      const { Item } = await dynamo.send(new GetItemCommand({ TableName: enrolments, Key }));
      if (Item === undefined) throw new Error(`no row of ${enrolmentId}`);
      return Item;
    },
    /** Replaces a row. */
    putRow: (Item: Item) => dynamo.send(new PutItemCommand({ TableName: enrolments, Item })),
    /** Changes the progress record to a request to the CA at this time, without an answer. */
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
    /** Ends the dispatcher's lease, which outlasts its run by some seconds. */
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
    /** Makes the queue for the CA last until this time, in epoch milliseconds. */
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

/**
 * The function that the scep function is compared with: its three AWS clients, and a handler that
 * makes the same calls.
 */
import {
  BatchGetItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';

const dynamo = new DynamoDBClient();
const secrets = new SecretsManagerClient();
const sfn = new SFNClient();

const item = { id: { S: 'bench' }, value: { S: 'x'.repeat(64) } };
const row = { id: { S: 'bench' }, sealedGrant: { B: new Uint8Array(1800) } };

/** Reads four secrets, one of which does not exist. */
const readSecrets = (): Promise<unknown> =>
  Promise.all(
    ['Lookup', 'Issuance', 'Ra', 'Missing'].map((SecretId) =>
      secrets.send(new GetSecretValueCommand({ SecretId })).catch(() => undefined),
    ),
  );

async function enrol(): Promise<void> {
  await readSecrets();
  await dynamo.send(new GetItemCommand({ TableName: 'Envelopes', Key: { id: { S: 'day' } } }));
  await dynamo.send(new PutItemCommand({ TableName: 'Envelopes', Item: item }));
  const RequestItems = { Challenges: { Keys: [{ id: { S: 'bench' } }], ConsistentRead: true } };
  await dynamo.send(new BatchGetItemCommand({ RequestItems }));
  const put = { Put: { TableName: 'Enrolments', Item: row } };
  await dynamo.send(new TransactWriteItemsCommand({ TransactItems: [put] }));
  await sfn.send(new StartExecutionCommand({ stateMachineArn: 'arn:aws:states:::x', input: '{}' }));
  await dynamo.send(new PutItemCommand({ TableName: 'Enrolments', Item: item }));
}

/** The measured operations. */
const operations: Readonly<Record<string, () => Promise<unknown>>> = {
  GetCACert: readSecrets,
  PKIOperation: enrol,
};

export const handler = async (event: { readonly rawQueryString: string }) => {
  const operation = new URLSearchParams(event.rawQueryString).get('operation') ?? '';
  await operations[operation]?.();
  return { statusCode: 200 };
};

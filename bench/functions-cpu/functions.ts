/** Our functions in a process, the services that they call, and requests for them. */
import { fork } from 'node:child_process';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createDynamoChallengeRegister } from '../../lambda/aws/dynamo-challenge-register.ts';
import { environment } from '../../lambda/config/environment.ts';
import { startAwsJsonServer } from '../../lib/local/emulators/aws-json-server.ts';
import { startDynamoDb } from '../../lib/local/emulators/dynamodb.ts';
import { makeAuthority } from '../connector/authority.ts';
import { challengePassword, createBenchChallenge } from '../connector/connector.ts';
import { buildHandlerBundle, functionEnvironment } from '../deployed-bundles.ts';
import { createCaller } from '../load/calls.ts';
import { buildRequests } from '../requests.ts';
import { buildEndpointVariables, createInstantServices } from '../services/instant-services.ts';
import type { Workspace } from '../workspace.ts';
import type { FunctionsMethods } from './functions-process.ts';

/** The running functions. */
export interface Functions {
  readonly requests: (count: number) => Promise<Uint8Array[]>;
  /**
   * Enrols the messages with `clients` at a time; resolves to the functions' CPU time in
   * milliseconds.
   */
  readonly enrol: (messages: readonly Uint8Array[], clients: number) => Promise<number>;
  readonly stop: () => Promise<void>;
}

/** Starts the functions' process and its services; DynamoDB keeps its tables in memory. */
export async function startFunctions(workspace: Workspace): Promise<Functions> {
  const authority = await makeAuthority(workspace.directory('functions-ca'));
  let onStart: (input: string) => void = () => {};
  const aws = await startAwsJsonServer(createInstantServices(authority, (input) => onStart(input)));
  const dynamoDb = await startTables();
  const child = fork(join(import.meta.dirname, 'functions-process.ts'), {
    env: {
      ...functionEnvironment,
      ...buildEndpointVariables(aws.endpoint, dynamoDb.endpoint),
      PATH: process.env.PATH,
    },
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const call = createCaller<FunctionsMethods>(child);
  // If the process has ended, the enrolments that wait for it report that.
  onStart = (input) => void call('startExecution', input).catch(() => {});
  await call('load', {
    scep: await buildHandlerBundle('scep', workspace),
    certify: await buildHandlerBundle('certify', workspace),
  });
  const { raCertificate } = authority;
  return {
    requests: (count) => buildRequests(count, { raCertificate, challenges: [challengePassword] }),
    enrol: (messages, clients) => call('enrol', { messages, clients }),
    stop: async () => {
      child.disconnect();
      await aws.stop();
      await dynamoDb.stop();
    },
  };
}

const tables = [
  'challengesTable',
  'enrolmentsTable',
  'envelopesTable',
  'certificatesTable',
] as const;

/**
 * Starts DynamoDB with the bench's challenge, and without indexes, which no function here reads.
 */
async function startTables() {
  const dynamoDb = await startDynamoDb();
  for (const table of tables)
    await dynamoDb.ensureTable({
      TableName: functionEnvironment[environment[table]],
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    });
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const client = new DynamoDBClient({
    endpoint: dynamoDb.endpoint,
    region: 'eu-west-1',
    credentials,
  });
  const table = functionEnvironment[environment.challengesTable] ?? '';
  await createBenchChallenge(createDynamoChallengeRegister(client, table));
  client.destroy();
  return dynamoDb;
}

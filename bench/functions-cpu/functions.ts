/** Our functions in their process, a challenge they take, and requests for them. */
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createChallenge } from '../../lambda/admin/create-challenge.ts';
import { dynamoChallenges } from '../../lambda/aws/dynamo-challenges.ts';
import { environment } from '../../lambda/environment.ts';
import type { RaSecret } from '../../lambda/message/ra-identity.ts';
import { connectorKeysOf } from '../../lambda/policy/connector-key.ts';
import { pem } from '../../test/fakes/memory-private-ca.ts';
import { type TestRa, testRa } from '../../test/kit/test-ra.ts';
import { deployedBundles, functionEnvironment } from '../deployed-bundles.ts';
import { callerOf } from '../load/calls.ts';
import { buildRequests } from '../requests.ts';
import type { Workspace } from '../workspace.ts';
import type { FunctionsMethods } from './functions-process.ts';
import { startInstantServices } from './instant-services.ts';

const keySecret = 'a connector key secret of enough characters';
const variable = (name: keyof typeof environment): string =>
  functionEnvironment[environment[name]] ?? '';

/** The functions, running. */
export interface Functions {
  readonly requests: (count: number) => Promise<Uint8Array[]>;
  /** Enrols them, so many at a time; CPU time of the functions in milliseconds. */
  readonly enrol: (messages: readonly Uint8Array[], clients: number) => Promise<number>;
  readonly stop: () => Promise<void>;
}

/** Starts the functions' process and what it talks to. */
export async function startFunctions(workspace: Workspace): Promise<Functions> {
  const ra = testRa();
  let conduct: (input: string) => void = () => {};
  const services = await startInstantServices({
    directory: workspace.directory('dynamodb'),
    ra,
    secrets: {
      [variable('raSecret')]: raSecretOf(ra),
      [variable('connectorKeySecret')]: keySecret,
    },
    onExecution: (input) => conduct(input),
  });
  const child = fork(join(import.meta.dirname, 'functions-process.ts'), {
    env: { ...functionEnvironment, ...services.environment, PATH: process.env.PATH },
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const call = callerOf<FunctionsMethods>(child);
  // A process that ended is told by the enrolments that wait for it.
  conduct = (input) => void call('started', input).catch(() => {});
  await call('load', await deployedBundles(workspace));
  const challenge = await challengeIn(services.dynamoDbEndpoint);
  return {
    requests: async (count) =>
      (await buildRequests(count, { ...ra, challenge })).map(({ message }) => message),
    enrol: (messages, clients) => call('enrol', { messages, clients }),
    stop: async () => {
      child.disconnect();
      await services.stop();
    },
  };
}

function raSecretOf(ra: TestRa): string {
  return JSON.stringify({
    privateKeyPem: ra.raKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificatePem: pem(ra.raCertificate),
    chainPem: pem(ra.caCertificate),
  } satisfies RaSecret);
}

/** Made as the admin function makes it, for any number of devices. */
async function challengeIn(endpoint: string): Promise<string> {
  const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
  const client = new DynamoDBClient({ endpoint, region: 'eu-west-1', credentials });
  const connectorId = variable('connectorId');
  const { password } = await createChallenge(
    {},
    {
      connectorId,
      keys: connectorKeysOf(connectorId, keySecret),
      challenges: dynamoChallenges(client, variable('challengesTable')),
      nowSeconds: Math.floor(Date.now() / 1000),
      random: (octets) => randomBytes(octets),
    },
  );
  client.destroy();
  return password;
}

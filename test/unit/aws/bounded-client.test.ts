/**
 * Every AWS client against servers that accept the connection and stay silent, or answer too
 * slowly.
 */
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { ACMPCAClient, GetCertificateCommand } from '@aws-sdk/client-acm-pca';
import { CloudTrailClient, LookupEventsCommand } from '@aws-sdk/client-cloudtrail';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { boundClient } from '../../../lambda/aws/bounded-client.ts';
import { type AwsService, clientDefaults } from '../../../lambda/aws/client-defaults.ts';
import { answerMilliseconds } from '../../../lambda/core/deadline.ts';
import { describeForLog } from '../../../lambda/core/errors.ts';
import { type SlowServer, slowServer } from '../../support/fakes/slow-server.ts';

const arn = 'arn:aws:acm-pca:eu-central-1:111122223333:certificate-authority/canary';

interface Settings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly logger: typeof logger;
}

/** One call of each service: a client with our defaults, and a command. */
const calls: Readonly<Record<AwsService, (settings: Settings) => readonly [object, unknown]>> = {
  dynamodb: (settings) => [
    new DynamoDBClient({ ...clientDefaults, ...settings }),
    new GetItemCommand({ TableName: 'canary', Key: { id: { S: 'a' } } }),
  ],
  'secrets-manager': (settings) => [
    new SecretsManagerClient({ ...clientDefaults, ...settings }),
    new GetSecretValueCommand({ SecretId: 'canary' }),
  ],
  ssm: (settings) => [
    new SSMClient({ ...clientDefaults, ...settings }),
    new GetParametersByPathCommand({ Path: '/canary' }),
  ],
  sfn: (settings) => [
    new SFNClient({ ...clientDefaults, ...settings }),
    new StartExecutionCommand({ stateMachineArn: 'canary' }),
  ],
  'acm-pca': (settings) => [
    new ACMPCAClient({ ...clientDefaults, ...settings }),
    new GetCertificateCommand({ CertificateAuthorityArn: arn, CertificateArn: arn }),
  ],
  eventbridge: (settings) => [
    new EventBridgeClient({ ...clientDefaults, ...settings }),
    new PutEventsCommand({ Entries: [{ Source: 'canary', DetailType: 'a', Detail: '{}' }] }),
  ],
  cloudtrail: (settings) => [
    new CloudTrailClient({ ...clientDefaults, ...settings, maxAttempts: 8, retryMode: 'adaptive' }),
    new LookupEventsCommand({}),
  ],
  sts: (settings) => [
    new STSClient({ ...clientDefaults, ...settings }),
    new AssumeRoleCommand({ RoleArn: arn, RoleSessionName: 'canary' }),
  ],
};

const services = Object.keys(calls) as AwsService[];

/** The lines that the SDK logged. */
let logged: unknown[] = [];
const log = (line: unknown): void => void logged.push(line);
const logger = { debug: log, info: log, warn: log, error: log };

let server: SlowServer | undefined;
beforeEach(() => {
  logged = [];
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});

/** Sends the service's command to the server, bounded; returns its error and its duration. */
async function send(
  service: AwsService,
  { endpoint }: SlowServer,
  { maxMilliseconds = 150, remainingMilliseconds = () => Number.POSITIVE_INFINITY } = {},
): Promise<{ readonly error: unknown; readonly milliseconds: number }> {
  const credentials = { accessKeyId: 'AKIA', secretAccessKey: 'canary' };
  const [client, command] = calls[service]({
    endpoint,
    region: 'eu-central-1',
    credentials,
    logger,
  });
  const bounded = boundClient(client, { service, maxMilliseconds, remainingMilliseconds });
  const start = performance.now();
  const sent = (bounded as { send(command: unknown): Promise<unknown> }).send(command);
  const error = await sent.then(
    () => 'answered',
    (thrown: unknown) => thrown,
  );
  return { error, milliseconds: performance.now() - start };
}

const timeoutOf = (service: AwsService) => ({ code: 'DependencyTimeout', about: service });

/** Less than the SDK's own tries would take. */
const soonMilliseconds = 900;

/** Answers every try late with 500. The SDK would try three times, with pauses. */
const answer500After = (milliseconds: number) =>
  slowServer((socket) => {
    setTimeout(() => {
      socket.write('HTTP/1.1 500 Internal Server Error\r\ncontent-length: 2\r\n\r\n{}');
    }, milliseconds);
  });

describe.each(services)('a call of %s', (service) => {
  it('ends at its deadline if the server accepts the connection and stays silent', async () => {
    server = await slowServer();
    const { error, milliseconds } = await send(service, server);
    expect(describeForLog(error)).toEqual(timeoutOf(service));
    expect(milliseconds).toBeLessThan(soonMilliseconds);
    expect(server.connections).toHaveLength(1);
  });

  it('ends at its deadline if each try is answered late with an error', async () => {
    server = await answer500After(100);
    const { error, milliseconds } = await send(service, server, { maxMilliseconds: 150 });
    expect(describeForLog(error)).toEqual(timeoutOf(service));
    expect(milliseconds).toBeLessThan(soonMilliseconds);
  });

  it('ends at its deadline if the answer stops half way', async () => {
    server = await slowServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{"canary":');
    });
    const { error, milliseconds } = await send(service, server);
    expect(describeForLog(error)).toEqual(timeoutOf(service));
    expect(milliseconds).toBeLessThan(soonMilliseconds);
  });

  it('is not copied to a logger', async () => {
    server = await slowServer();
    await send(service, server);
    expect(logged).not.toContainEqual(expect.objectContaining({ input: expect.anything() }));
  });

  it('closes its connection at its deadline', async () => {
    server = await slowServer();
    await send(service, server);
    const [connection] = server.connections;
    if (connection && !connection.destroyed) await once(connection, 'close');
    expect(connection?.destroyed).toBe(true);
  });

  it('ends in time for the function to answer', async () => {
    server = await slowServer();
    const { error, milliseconds } = await send(service, server, {
      maxMilliseconds: 60_000,
      remainingMilliseconds: () => answerMilliseconds + 150,
    });
    expect(describeForLog(error)).toEqual(timeoutOf(service));
    expect(milliseconds).toBeLessThan(soonMilliseconds);
  });

  it('is not sent if the function has no time left', async () => {
    server = await slowServer();
    const { error } = await send(service, server, { remainingMilliseconds: () => 900 });
    expect(describeForLog(error)).toEqual(timeoutOf(service));
    expect(server.connections).toHaveLength(0);
  });
});

describe('a bounded client', () => {
  const bounds = {
    service: 'dynamodb',
    maxMilliseconds: 20,
    remainingMilliseconds: () => Number.POSITIVE_INFINITY,
  } as const;

  it('drops an error that comes after the deadline', async () => {
    const unhandled: unknown[] = [];
    const keep = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', keep);
    const silent = { send: () => sleep(60).then(() => Promise.reject(new Error('late'))) };
    await expect(boundClient(silent, bounds).send()).rejects.toThrow('DependencyTimeout');
    await sleep(80);
    process.off('unhandledRejection', keep);
    expect(unhandled).toEqual([]);
  });

  it('returns an answer, and throws an error that is not a timeout', async () => {
    const answers = { send: async () => 'answer' };
    expect(await boundClient(answers, bounds).send()).toBe('answer');
    const reset = Object.assign(new Error(), { name: 'TimeoutError', code: 'ECONNRESET' });
    const resets = { send: async () => Promise.reject(reset) };
    await expect(boundClient(resets, bounds).send()).rejects.toBe(reset);
  });

  it('reports a timeout of the SDK’s own without its message', async () => {
    const error = Object.assign(new Error('canary'), { name: 'TimeoutError', code: 'ETIMEDOUT' });
    const gaveUp = { send: async () => Promise.reject(error) };
    const thrown = await boundClient(gaveUp, bounds)
      .send()
      .catch((late: unknown) => late);
    expect(describeForLog(thrown)).toEqual(timeoutOf('dynamodb'));
    expect(thrown).not.toHaveProperty('cause');
    expect((thrown as Error).stack).not.toContain('canary');
  });

  it('is still a client of its class', () => {
    const client = new DynamoDBClient({ region: 'eu-central-1' });
    const bounded = boundClient(client, bounds);
    expect(bounded).toBeInstanceOf(DynamoDBClient);
    expect(bounded.config).toBe(client.config);
  });
});

describe('the defaults of our clients', () => {
  it('end a silent try instead of only logging a warning', async () => {
    server = await slowServer();
    const { requestHandler } = clientDefaults;
    const client = new DynamoDBClient({
      region: 'eu-central-1',
      endpoint: server.endpoint,
      credentials: { accessKeyId: 'AKIA', secretAccessKey: 'canary' },
      maxAttempts: 1,
      requestHandler: { ...requestHandler, requestTimeout: 100 },
    });
    const command = new GetItemCommand({ TableName: 'canary', Key: { id: { S: 'a' } } });
    await expect(client.send(command)).rejects.toMatchObject({ name: 'TimeoutError' });
  });
});

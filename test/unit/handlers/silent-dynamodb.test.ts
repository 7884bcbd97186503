/** The scep handler with a DynamoDB that accepts connections and never answers. */
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { callMilliseconds } from '../../../lambda/aws/client-defaults.ts';
import { environment } from '../../../lambda/config/environment.ts';
import { answerMilliseconds } from '../../../lambda/core/deadline.ts';
import {
  type AwsJsonServer,
  startAwsJsonServer,
} from '../../../lib/local/emulators/aws-json-server.ts';
import { pem } from '../../support/fakes/memory-private-ca.ts';
import { type SlowServer, slowServer } from '../../support/fakes/slow-server.ts';
import { testConnector } from '../../support/fakes/test-connector.ts';
import { pkcsReq } from '../../support/kit/pkcs-req.ts';
import { testRa } from '../../support/kit/test-ra.ts';
import { get, post } from '../http/events.ts';

const ra = testRa();
const { settings } = testConnector({ ra }).connector;

/** The secrets of the connector, by the values of its environment variables. */
const secretTexts: Readonly<Record<string, string>> = {
  [environment.lookupSecret]: 'a lookup secret of a connector, of enough characters',
  [environment.issuanceSecret]: 'an issuance secret of a connector, of enough characters',
  [environment.raSecret]: JSON.stringify({
    privateKeyPem: ra.raKey.export({ type: 'pkcs8', format: 'pem' }),
    certificatePem: pem(ra.raCertificate),
    chainPem: pem(ra.caCertificate),
  }),
};

const secretsManager = {
  name: 'Secrets Manager',
  targetPrefix: 'secretsmanager',
  operations: {
    GetSecretValue: ({ SecretId }: Readonly<Record<string, unknown>>) => ({
      SecretString: secretTexts[String(SecretId)],
    }),
  },
};

type Handler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<{ readonly statusCode?: number; readonly headers?: object; readonly body?: string }>;

let dynamo: SlowServer;
let secrets: AwsJsonServer;
let handler: Handler;

beforeAll(async () => {
  dynamo = await slowServer();
  secrets = await startAwsJsonServer([secretsManager]);
  // The value of every variable is its own name.
  for (const name of Object.values(environment)) vi.stubEnv(name, name);
  vi.stubEnv(environment.connectorSettings, JSON.stringify(settings));
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIA');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'canary');
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', dynamo.endpoint);
  vi.stubEnv('AWS_ENDPOINT_URL_SECRETS_MANAGER', secrets.endpoint);
  handler = (await import('../../../lambda/handlers/scep.ts')).handler as unknown as Handler;
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await dynamo.close();
  await secrets.stop();
});

const lines: Record<string, unknown>[] = [];
beforeEach(() => {
  lines.length = 0;
  vi.spyOn(process.stdout, 'write').mockImplementation(
    (text) => lines.push(JSON.parse(`${text}`)) > 0,
  );
});
afterEach(() => vi.restoreAllMocks());

/**
 * Sends an event to the function, which has `milliseconds` to answer. Returns its response and how
 * long it took.
 */
async function invoke(event: object, milliseconds: number) {
  const began = performance.now();
  const context = {
    awsRequestId: 'request',
    getRemainingTimeInMillis: () => milliseconds - (performance.now() - began),
  };
  const response = await handler(
    event as unknown as APIGatewayProxyEventV2,
    context as unknown as Context,
  );
  return { response, milliseconds: performance.now() - began };
}

const request = pkcsReq({ ra, challenge: 'a challenge' });

/** Checks the response to the device and the log line. */
const expectOutage = ({ response }: Awaited<ReturnType<typeof invoke>>): void => {
  expect(response).toMatchObject({ statusCode: 503, body: 'Unavailable\n' });
  expect(response.headers).toMatchObject({ 'retry-after': '10' });
  expect(lines).toMatchObject([
    { outcome: 'outage', code: 'DependencyTimeout', about: 'dynamodb' },
  ]);
  expect(JSON.stringify(lines)).not.toMatch(/canary|a challenge|127\.0\.0\.1/);
};

describe('a request while DynamoDB never answers', () => {
  it('gets 503 and Retry-After at the deadline of one call', async () => {
    const timeoutMilliseconds = 29_000;
    const invoked = await invoke(post(request.message), timeoutMilliseconds);
    expectOutage(invoked);
    expect(invoked.milliseconds).toBeLessThan(callMilliseconds.dynamodb + answerMilliseconds);
  });

  it('gets the same answer before the function’s time ends, however little is left', async () => {
    const invoked = await invoke(post(request.message), answerMilliseconds + 200);
    expectOutage(invoked);
    expect(invoked.milliseconds).toBeLessThan(answerMilliseconds + 200);
  });

  it('does not delay GetCACaps and GetCACert', async () => {
    for (const operation of ['GetCACaps', 'GetCACert'])
      expect((await invoke(get(`operation=${operation}`), 29_000)).response.statusCode).toBe(200);
    expect(lines).toMatchObject([{ outcome: 'answered' }, { outcome: 'answered' }]);
  });
});

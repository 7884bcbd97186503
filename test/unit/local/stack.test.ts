import { existsSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { prepareRunInfo } from '../../../lib/local/run-info.ts';
import { type LocalStack, startLocalStack } from '../../../lib/local/stack.ts';
import { callService, start } from './stack-kit.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { writeTinyAssembly } from './tiny-assembly.ts';

const readSecret = (stack: LocalStack) =>
  callService(stack, 'SECRETS_MANAGER', 'secretsmanager.GetSecretValue', { SecretId: 'SECRET' });

const exchange = (port: string, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      answer += data;
    });
    socket.on('end', () => resolve(answer));
    socket.on('error', reject);
  });

describe('a local stack', () => {
  it('passes a request to its function and returns the response', async () => {
    const { stack } = await start();
    const response = await fetch(`${stack.deviceUrl}/scep/default?operation=GetCACaps`);
    expect(response.headers.get('content-type')).toBe('text/plain');
    expect(await response.json()).toMatchObject({
      rawQueryString: 'operation=GetCACaps',
      rawPath: '/scep/default',
    });
  });

  it('answers an HTTP/1.0 client that sends no host', async () => {
    const { stack } = await start();
    const answer = await exchange(new URL(stack.deviceUrl).port, 'GET /x HTTP/1.0\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1.1 200 OK/);
    expect(answer).toContain('"protocol":"HTTP/1.0"');
  });

  it('answers 413 to a body over 10 MB', async () => {
    const { stack } = await start();
    const body = Buffer.alloc(10 * 1024 * 1024 + 1);
    expect((await fetch(stack.deviceUrl, { method: 'POST', body })).status).toBe(413);
  });

  it('answers the next request on a connection after an oversized body', async () => {
    const { stack } = await start();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const statusOf = (body: Buffer) =>
      new Promise<number | undefined>((resolve, reject) => {
        const sent = request(stack.deviceUrl, { method: 'POST', agent }, (response) => {
          response.resume().on('end', () => resolve(response.statusCode));
        });
        sent.on('error', reject).end(body);
      });
    expect(await statusOf(Buffer.alloc(11 * 1024 * 1024))).toBe(413);
    expect(await statusOf(Buffer.alloc(1))).toBe(200);
  });

  it('lets functions call its services, and returns errors by name', async () => {
    const { stack } = await start();
    expect(await readSecret(stack)).toMatchObject({
      SecretString: expect.stringMatching(/^.{20}$/),
    });
    const target = 'ACMPrivateCA.GetCertificate';
    expect(
      await callService(stack, 'ACM_PCA', target, { CertificateAuthorityArn: 'AUTHORITY' }),
    ).toMatchObject({
      __type: 'ValidationException',
    });
  });

  it('refuses a web page on the admin API', async () => {
    const { stack } = await start();
    const headers = { origin: 'https://page.example' };
    expect((await fetch(`${stack.adminUrl}/challenges`, { method: 'POST', headers })).status).toBe(
      403,
    );
  });

  it('provides the connection details of its connector', async () => {
    const { stack, stateDirectory } = await start();
    expect(await prepareRunInfo(stack, join(stateDirectory, 'challenge.json'))).toEqual({
      scepUrl: `${stack.deviceUrl}/scep/default`,
      adminUrl: stack.adminUrl,
      connectorId: 'default',
      challengePassword: expect.stringMatching(/^P/),
      caFingerprintSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      awsEndpoints: stack.awsEndpoints,
    });
  });

  it('keeps its state across a restart, and discards it for a fresh start', async () => {
    const first = await start();
    const { stateDirectory } = first;
    const challengePath = join(stateDirectory, 'challenge.json');
    const readFacts = async (stack: LocalStack) => {
      const { caFingerprintSha256, challengePassword } = await prepareRunInfo(stack, challengePath);
      return {
        caFingerprintSha256,
        challengePassword,
        secret: (await readSecret(stack)).SecretString,
      };
    };
    const before = await readFacts(first.stack);
    await first.stack.stop();
    const second = await start({ stateDirectory });
    expect(await readFacts(second.stack)).toEqual(before);
    await second.stack.stop();
    const third = await start({ stateDirectory, isFresh: true });
    const after = await readFacts(third.stack);
    expect(after.caFingerprintSha256).not.toBe(before.caFingerprintSha256);
    expect(after.challengePassword).not.toBe(before.challengePassword);
    expect(after.secret).not.toBe(before.secret);
  });
});

describe('a local stack does not start', () => {
  it('with a port in use, and names the remedy', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    onTestFinished(() => void other.close());
    await expect(start({ port })).rejects.toThrow(
      `port ${port} of 127.0.0.1 is in use: stop the process that uses it, or choose`,
    );
  });

  it('on a state directory in use', async () => {
    const { stateDirectory } = await start();
    await expect(start({ stateDirectory })).rejects.toThrow('uses');
  });

  it('on state of another version, and names the remedy in one line', async () => {
    const first = await start();
    const { stateDirectory } = first;
    await first.stack.stop();
    rmSync(join(stateDirectory, 'format.json'));
    await expect(start({ stateDirectory })).rejects.toThrow(
      /^Another version of the app created the local state. Start with --fresh.$/,
    );
    await expect(start({ stateDirectory, isFresh: true })).resolves.toBeDefined();
  });

  it('on tables that another version of the app created with other keys', async () => {
    const first = await start();
    const { stateDirectory } = first;
    await first.stack.stop();
    const Table = {
      Type: 'AWS::DynamoDB::Table',
      Properties: {
        AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
      },
    };
    await expect(start({ stateDirectory }, { Table })).rejects.toThrow('Start with --fresh.');
  });

  it('with a template that is not modelled, and leaves nothing running', async () => {
    const directory = temporaryDirectory();
    const assembly = writeTinyAssembly(directory, { Queue: { Type: 'AWS::SQS::Queue' } });
    const stateDirectory = join(directory, 'state');
    await expect(startLocalStack({ assembly, stateDirectory })).rejects.toThrow(
      'Queue (AWS::SQS::Queue)',
    );
    expect(existsSync(join(stateDirectory, 'lock'))).toBe(false);
  });
});

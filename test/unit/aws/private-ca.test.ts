import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { afterEach, describe, expect, it } from 'vitest';
import { sentOnce } from '../../../lambda/aws/client-defaults.ts';
import { createPrivateCa } from '../../../lambda/aws/private-ca.ts';
import { describeForLog, Fault } from '../../../lambda/core/errors.ts';

const ca = 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/one';

type Scripted = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

const outage: Scripted = { status: 500, body: { __type: 'InternalServerException' } };
const failing = (name: string): Scripted =>
  name === 'InternalServerException'
    ? outage
    : { status: 400, body: { __type: name, message: 'canary' } };
const accepted: Scripted = { status: 200, body: { CertificateArn: `${ca}/certificate/1` } };

let server: Server | undefined;

/**
 * A CA that gives these answers one after the other, and its port with Certify's client
 * configuration (lambda/handlers/certify.ts).
 */
async function scriptedCa(answers: readonly Scripted[]) {
  const left = [...answers];
  server = createServer((request, response) => {
    request.resume().on('end', () => {
      const { status, body } = left.shift() ?? outage;
      response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const client = new ACMPCAClient({
    ...sentOnce,
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  });
  return { port: createPrivateCa(client, ca), calls: () => answers.length - left.length };
}

const order = {
  request: Uint8Array.of(1),
  idempotencyToken: 'token',
  validityDays: 1,
  signingAlgorithm: 'SHA256WITHRSA',
  passthrough: { Subject: {}, Extensions: {} },
};

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

describe('an order', () => {
  it.each([
    ['ThrottlingException', 'CertificateAuthorityBusy'],
    ['TooManyRequestsException', 'CertificateAuthorityBusy'],
    ['LimitExceededException', 'CertificateLimitReached'],
    ['InvalidStateException', 'CertificateRefused'],
    ['MalformedCSRException', 'CertificateRefused'],
    ['InvalidArgsException', 'CertificateRefused'],
    ['ValidationException', 'CertificateRefused'],
  ] as const)('that meets %s fails as %s, without the CA’s text', async (name, code) => {
    const sent = (await scriptedCa([failing(name)])).port.issue(order);
    const error = await sent.catch((thrown: unknown) => thrown);
    expect(describeForLog(error)).toEqual({ code, about: name });
    expect(`${(error as Error).stack}${JSON.stringify(error)}`).not.toContain('canary');
    expect(error).not.toHaveProperty('cause');
  });

  it('that meets an outage fails with the SDK’s error, because its result is unknown', async () => {
    const { port } = await scriptedCa([outage]);
    const error = await port.issue(order).catch((thrown: unknown) => thrown);
    expect(error).not.toBeInstanceOf(Fault);
    expect(error).toMatchObject({ name: 'InternalServerException' });
  });

  it.each(['InternalServerException', 'ThrottlingException'])(
    'is sent once after %s, because a refused second try would not show the result of the first',
    async (name) => {
      const { port, calls } = await scriptedCa([failing(name), accepted]);
      await expect(port.issue(order)).rejects.toThrow();
      expect(calls()).toBe(1);
    },
  );

  it('that was accepted has the ARN of the certificate', async () => {
    const { port } = await scriptedCa([accepted]);
    expect(await port.issue(order)).toBe(`${ca}/certificate/1`);
  });
});

describe('a certificate', () => {
  const arn = `${ca}/certificate/1`;

  it('is pending while the CA creates it', async () => {
    const { port } = await scriptedCa([failing('RequestInProgressException')]);
    expect(await port.retrieve(arn)).toBeUndefined();
  });

  it.each([
    ['RequestFailedException', 'CertificateRefused'],
    ['ThrottlingException', 'CertificateAuthorityBusy'],
    // A disabled CA returns no certificate, even if it has issued one.
    ['InvalidStateException', 'InvalidStateException'],
  ])('that meets %s fails as %s', async (name, code) => {
    const { port } = await scriptedCa([failing(name)]);
    await expect(port.retrieve(arn)).rejects.toMatchObject({ name: code });
  });

  it('that is already revoked counts as revoked', async () => {
    const { port } = await scriptedCa([failing('RequestAlreadyProcessedException')]);
    await expect(port.revoke('0a')).resolves.toBeUndefined();
  });
});

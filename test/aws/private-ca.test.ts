import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { afterEach, describe, expect, it } from 'vitest';
import { privateCa } from '../../lambda/aws/private-ca.ts';

const ca = 'arn:aws:acm-pca:eu-west-1:111122223333:certificate-authority/one';

type Scripted = { readonly status: number; readonly body: Readonly<Record<string, unknown>> };

const outage: Scripted = { status: 500, body: { __type: 'InternalServerException' } };
const throttled: Scripted = { status: 400, body: { __type: 'ThrottlingException' } };
const disabled: Scripted = { status: 400, body: { __type: 'InvalidStateException' } };
const accepted: Scripted = { status: 200, body: { CertificateArn: `${ca}/certificate/1` } };

let server: Server | undefined;

/** A CA that gives these answers, one after the other. */
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
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 2,
  });
  return privateCa(client, ca);
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
    ['throttled', [throttled, throttled]],
    ['refused', [outage, disabled]],
  ])('that was %s at the second try may have been heard at the first', async (_, answers) => {
    const asked = (await scriptedCa(answers)).issue(order);
    await expect(asked).rejects.toMatchObject({ name: 'RefusedAfterUnknown' });
  });

  it('that was refused at the first try was not made', async () => {
    const asked = (await scriptedCa([disabled])).issue(order);
    await expect(asked).rejects.toMatchObject({ name: 'CertificateRefused' });
  });

  it('that was accepted at the second try is the one that was made', async () => {
    const asked = (await scriptedCa([outage, accepted])).issue(order);
    await expect(asked).resolves.toBe(`${ca}/certificate/1`);
  });
});

/**
 * "Rotate immediately" in the Secrets Manager console, and its effect on devices of the running
 * app.
 */

import { X509Certificate } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  RotateSecretCommand,
} from '@aws-sdk/client-secrets-manager';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { getCaCert } from '../../lib/scep-client/ca-certificates.ts';
import { rsaKey } from '../support/kit/keys.ts';
import { cn, name } from '../support/kit/names.ts';
import { pkcsReq } from '../support/kit/pkcs-req.ts';
import { enrol, serialNumberIn } from './device.ts';
import { type RunningApp, runningApp } from './running-app.ts';

/** After this time a function reloads the RA before it refuses a recipient (ra-identities.ts). */
const lookAgainMilliseconds = 10_000;

let app: RunningApp;
/** The RA certificates in the order of their creation. */
const born: Uint8Array[] = [];

beforeAll(async () => {
  app = await runningApp({ name: 'rotation' });
  born.push(app.ra.raCertificate);
});

/** Sends the request of the console's button, and waits until DescribeSecret reports the end. */
async function rotateImmediately(): Promise<void> {
  const { secrets: client, raSecret: SecretId } = app;
  const { VersionId = '' } = await client.send(new RotateSecretCommand({ SecretId }));
  await vi.waitFor(
    async () => {
      const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }));
      expect(VersionIdsToStages?.[VersionId]).toContain('AWSCURRENT');
    },
    { timeout: 30_000 },
  );
  const { SecretString = '{}' } = await client.send(new GetSecretValueCommand({ SecretId }));
  const { certificatePem } = JSON.parse(SecretString) as { certificatePem: string };
  born.push(new Uint8Array(new X509Certificate(certificatePem).raw));
  await setTimeout(lookAgainMilliseconds);
}

let devices = 0;

/** Enrols a device with the RA certificate of this number. `signedBy` is the expected signer. */
async function enrolBy(number: number, signedBy = number): Promise<string> {
  devices += 1;
  const challenge = await app.createChallenge({ MaxUses: 1 });
  const device = `device ${devices}`;
  const request = pkcsReq({
    ra: { raCertificate: required(born[number]) },
    key: rsaKey(2048, device),
    csr: { challenges: [challenge], subject: name(cn(device)) },
  });
  const served = { post: app.post, ra: { raCertificate: required(born[number]) } };
  const signer = { raCertificate: required(born[signedBy]) };
  const reply = await enrol(request, served, signer);
  return reply.status === 'FAILURE' ? serialNumberIn(reply) : reply.status;
}

const required = (certificate: Uint8Array | undefined): Uint8Array => {
  if (certificate === undefined) throw new Error('no such RA certificate');
  return certificate;
};

const handedOut = async (): Promise<Uint8Array> =>
  new Uint8Array((await getCaCert({ url: new URL(app.scepUrl) })).recipient.raw);

describe('"Rotate immediately"', () => {
  it('creates an identity that running functions use at once', async () => {
    expect(await enrolBy(0)).toBe('SUCCESS');
    await rotateImmediately();
    expect(born[1]).not.toEqual(born[0]);
    expect(await enrolBy(1)).toBe('SUCCESS');
  });

  it('makes GetCACert return the new certificate', async () => {
    expect(await handedOut()).toEqual(born[1]);
  });

  it('keeps the previous identity for requests during the overlap', async () => {
    expect(await enrolBy(0)).toBe('SUCCESS');
  });

  it('removes the first identity at the second rotation, and the newest one refuses its requests', async () => {
    await rotateImmediately();
    const answers = [await enrolBy(2), await enrolBy(1), await enrolBy(0, 2)];
    expect(answers).toEqual(['SUCCESS', 'SUCCESS', 'FAILURE badRequest']);
    expect(await handedOut()).toEqual(born[2]);
  });

  it('is refused during another rotation, which succeeds', async () => {
    const { secrets: client, raSecret: SecretId } = app;
    const twice = await Promise.allSettled([
      client.send(new RotateSecretCommand({ SecretId })),
      client.send(new RotateSecretCommand({ SecretId })),
    ]);
    const refusals = twice.filter(({ status }) => status === 'rejected');
    expect(refusals).toMatchObject([{ reason: { name: 'InvalidRequestException' } }]);
  });

  it('writes one log line per step, without any secret', () => {
    const lines = app.log('default-ra-').map((line) => JSON.parse(line) as Record<string, unknown>);
    const first = lines.slice(0, 4).map(({ step, outcome }) => `${step} ${outcome}`);
    expect(first).toEqual([
      'createSecret done',
      'setSecret done',
      'testSecret done',
      'finishSecret done',
    ]);
    expect(app.log('').join('\n')).not.toMatch(/PRIVATE KEY|BEGIN|"outcome":"(outage|failed)"/);
  });
});

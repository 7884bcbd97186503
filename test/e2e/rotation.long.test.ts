/**
 * "Rotate immediately" in the Secrets Manager console, on the running app: what devices see of it.
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

/**
 * Past this a function looks again before it refuses a stranger's request
 * (lambda/aws/ra-identities.ts).
 */
const lookAgainMilliseconds = 10_000;

let app: RunningApp;
/** The RA certificates in the order of their birth. */
const born: Uint8Array[] = [];

beforeAll(async () => {
  app = await runningApp({ name: 'rotation' });
  born.push(app.ra.raCertificate);
});

/** What the console's button sends, and waiting until DescribeSecret tells that it is done. */
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

/**
 * A device's enrolment by the RA certificate of this number, whose reply has to be signed by the
 * same or the one given.
 */
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
  it('makes a new identity, by which the functions that are running enrol at once', async () => {
    expect(await enrolBy(0)).toBe('SUCCESS');
    await rotateImmediately();
    expect(born[1]).not.toEqual(born[0]);
    expect(await enrolBy(1)).toBe('SUCCESS');
  });

  it('has GetCACert hand out the new certificate', async () => {
    expect(await handedOut()).toEqual(born[1]);
  });

  it('leaves the identity before it for the overlap: its requests are opened, and answered by it', async () => {
    expect(await enrolBy(0)).toBe('SUCCESS');
  });

  it('for the second time retires the first: whoever asks by it hears so from the newest', async () => {
    await rotateImmediately();
    const answers = [await enrolBy(2), await enrolBy(1), await enrolBy(0, 2)];
    expect(answers).toEqual(['SUCCESS', 'SUCCESS', 'FAILURE badRequest']);
    expect(await handedOut()).toEqual(born[2]);
  });

  it('is answered with an error while a rotation is under way, which ends well', async () => {
    const { secrets: client, raSecret: SecretId } = app;
    const twice = await Promise.allSettled([
      client.send(new RotateSecretCommand({ SecretId })),
      client.send(new RotateSecretCommand({ SecretId })),
    ]);
    const refusals = twice.filter(({ status }) => status === 'rejected');
    expect(refusals).toMatchObject([{ reason: { name: 'InvalidRequestException' } }]);
  });

  it('leaves a line of log a step, and no secret in any', () => {
    const lines = app.log('RotateRa').map((line) => JSON.parse(line) as Record<string, unknown>);
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

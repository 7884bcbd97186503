/** The deployed app revokes certificates for Intune on its schedule, and uploads the results. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import { getCaCert } from '../../lib/scep-client/ca-certificates.ts';
import { rsaKey } from '../support/kit/keys.ts';
import { cn, name } from '../support/kit/names.ts';
import { type BuiltPkcsReq, pkcsReq } from '../support/kit/pkcs-req.ts';
import { enrol, serialNumberIn } from './device.ts';
import { type RunningApp, runningApp } from './running-app.ts';

let app: RunningApp;
let ra: { readonly raCertificate: Uint8Array };
let caConfiguration: string;

beforeAll(async () => {
  app = await runningApp({ isIntune: true });
  const { recipient } = await getCaCert({ url: new URL(app.intune?.scepUrl ?? '') });
  ra = { raCertificate: new Uint8Array(recipient.raw) };
});

/** Calls the tenant's control API, by POST if there is a body. */
const tenant = async (path: string, body?: object) => {
  const url = `${app.intune?.controlUrl}${path}`;
  const response = await fetch(url, body && { method: 'POST', body: JSON.stringify(body) });
  return (await response.json()) as Record<string, unknown>;
};

const challenge = async (subject: string): Promise<string> =>
  String((await tenant('/challenges', { subject })).challenge);

const requestOf = async (commonName: string): Promise<BuiltPkcsReq> =>
  pkcsReq({
    ra,
    challenge: await challenge(`CN=${commonName}`),
    key: rsaKey(2048, commonName),
    csr: { subject: name(cn(commonName)) },
  });

const post = (message: Uint8Array): Promise<Response> =>
  fetch(`${app.intune?.scepUrl}?operation=PKIOperation`, {
    method: 'POST',
    body: Buffer.from(message),
  });

/** Sends a request, possibly again, and returns the certificate's serial number. */
const serialNumberOf = async (request: BuiltPkcsReq): Promise<string> => {
  const reply = await enrol(request, { post, ra });
  expect(reply.status).toBe('SUCCESS');
  return serialNumberIn(reply);
};

/** The serial numbers that the emulated CA has revoked. */
const revokedSerials = (): readonly string[] =>
  readFileSync(join(app.stateDirectory, 'acm-pca', 'certificates.jsonl'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { readonly kind: string; readonly arn: string })
    .filter(({ kind }) => kind === 'revoked')
    .map(({ arn }) => (arn.split('/').at(-1) ?? '').toUpperCase());

describe('a certificate for which Intune requests revocation', () => {
  let request: BuiltPkcsReq;
  let serialNumber: string;

  it('was reported to Intune with its serial number and its connector', async () => {
    request = await requestOf('laptop');
    serialNumber = await serialNumberOf(request);
    const { notifications } = (await tenant('/notifications')) as {
      notifications: { kind: string; notification: Record<string, string> }[];
    };
    expect(notifications).toMatchObject([
      { kind: 'success', notification: { certificateSerialNumber: serialNumber } },
    ]);
    caConfiguration = notifications[0]?.notification.caConfiguration ?? '';
    expect(caConfiguration).toMatch(/^intune@arn:aws:acm-pca:/);
  });

  it('is revoked at the CA by the next run and reported to Intune once', async () => {
    const asked = { serialNumber: `00${serialNumber.toLowerCase()}`, caConfiguration };
    await tenant('/revocations', { requestContext: 'one', ...asked });
    await app.fireSchedule('IntuneConnectorRevocation');
    await app.fireSchedule('IntuneConnectorRevocation');
    expect(revokedSerials()).toEqual([serialNumber]);
    expect(await tenant('/revocation-results')).toEqual({
      one: [{ requestContext: 'one', succeeded: true, errorCode: '0', errorMessage: null }],
    });
  });

  it('is reported without a call to the CA after a repeated request', async () => {
    const asked = { serialNumber, caConfiguration };
    await tenant('/revocations', { requestContext: 'two', ...asked });
    await app.fireSchedule('IntuneConnectorRevocation');
    expect(revokedSerials()).toEqual([serialNumber]);
    expect(await tenant('/revocation-results')).toMatchObject({ two: [{ succeeded: true }] });
  });

  it('is replaced by a new one if its device repeats its request', async () => {
    expect(await serialNumberOf(request)).not.toBe(serialNumber);
  });
});

describe('a revocation whose result does not reach Intune', () => {
  const outcomes = () =>
    app.log('IntuneConnectorRevocation').map((line) => JSON.parse(line) as Record<string, unknown>);

  it('is stored and reported by the next run', async () => {
    const serialNumber = await serialNumberOf(await requestOf('tablet'));
    await tenant('/revocations', { requestContext: 'six', serialNumber, caConfiguration });
    const fault = { kind: 'status', status: 503 };
    await tenant('/faults', { operation: 'uploadRevocationResults', fault, times: 1 });
    await app.fireSchedule('IntuneConnectorRevocation');
    expect(revokedSerials()).toContain(serialNumber);
    expect(await tenant('/revocation-results')).not.toHaveProperty('six');
    // A log line can arrive after the answer.
    await vi.waitFor(() =>
      expect(outcomes().slice(-2)).toMatchObject([
        { outcome: 'postponed', step: 'upload', code: 'IntuneUnavailable' },
        { outcome: 'incomplete', revoked: 1, answered: 0, waiting: 1 },
      ]),
    );
    await app.fireSchedule('IntuneConnectorRevocation');
    expect(await tenant('/revocation-results')).toMatchObject({ six: [{ succeeded: true }] });
    expect(revokedSerials().filter((serial) => serial === serialNumber)).toHaveLength(1);
  });

  it('is reported twice but revoked once after a lost answer from Intune', async () => {
    const serialNumber = await serialNumberOf(await requestOf('phone'));
    await tenant('/revocations', { requestContext: 'seven', serialNumber, caConfiguration });
    const fault = { kind: 'lost' };
    await tenant('/faults', { operation: 'uploadRevocationResults', fault, times: 1 });
    await app.fireSchedule('IntuneConnectorRevocation');
    await app.fireSchedule('IntuneConnectorRevocation');
    const told = { requestContext: 'seven', succeeded: true };
    expect(await tenant('/revocation-results')).toMatchObject({ seven: [told, told] });
    expect(revokedSerials().filter((serial) => serial === serialNumber)).toHaveLength(1);
  });
});

describe('a certificate that this connector did not issue', () => {
  it('is reported as unknown if the request is for this connector', async () => {
    await tenant('/revocations', { requestContext: 'three', serialNumber: 'ff', caConfiguration });
    await app.fireSchedule('IntuneConnectorRevocation');
    expect(await tenant('/revocation-results')).toMatchObject({
      three: [{ succeeded: false, errorCode: '4004' }],
    });
  });

  it('is not reported if the request is for another connector', async () => {
    const elsewhere = { serialNumber: 'ff', caConfiguration: 'elsewhere' };
    await tenant('/revocations', { requestContext: 'four', ...elsewhere });
    await app.fireSchedule('IntuneConnectorRevocation');
    expect(await tenant('/revocation-results')).not.toHaveProperty('four');
  });

  it('cannot be revoked through Intune, even if the same CA issued it', async () => {
    const device = pkcsReq({
      ra: app.ra,
      challenge: await app.createChallenge({ MaxUses: 1 }),
      key: rsaKey(2048, 'neighbour'),
    });
    const serialNumber = serialNumberIn(await enrol(device, app));
    await tenant('/revocations', { requestContext: 'five', serialNumber, caConfiguration });
    await app.fireSchedule('IntuneConnectorRevocation');
    expect(revokedSerials()).not.toContain(serialNumber);
    expect(await tenant('/revocation-results')).toMatchObject({ five: [{ errorCode: '4004' }] });
  });
});

describe('a run', () => {
  it('logs its result and nothing else', () => {
    const lines = app.log('IntuneConnectorRevocation').map((line) => JSON.parse(line));
    expect(lines[0]).toEqual({
      time: expect.any(String),
      event: 'revocation',
      connectorId: 'intune',
      outcome: 'done',
      withheld: 0,
      disputed: 0,
      downloaded: 1,
      revoked: 1,
      unknown: 0,
      answered: 1,
      waiting: 0,
    });
  });
});

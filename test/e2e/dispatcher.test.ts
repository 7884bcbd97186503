/** The dispatcher of the deployed app starts due attempts and finds unrecorded certificates. */
import { beforeAll, expect, it, vi } from 'vitest';
import { idempotencyWindowSeconds } from '../../lambda/issuance/request-certificate.ts';
import { rsaKey } from '../support/kit/keys.ts';
import { type BuiltPkcsReq, pkcsReq } from '../support/kit/pkcs-req.ts';
import { exchange, serialNumberIn } from './device.ts';
import { type RunningApp, runningApp } from './running-app.ts';
import { storedAttempts } from './stored-attempts.ts';

let app: RunningApp;
let stored: ReturnType<typeof storedAttempts>;
let request: BuiltPkcsReq;
let enrolmentId: string;
let granted: Awaited<ReturnType<typeof stored.row>>;
let serialNumber: string;

beforeAll(async () => {
  // The queue at the CA is shared by all connectors of an app.
  app = await runningApp({ name: 'dispatcher' });
  stored = storedAttempts(app);
  const challenge = await app.createChallenge({ MaxUses: 1 });
  request = pkcsReq({ ra: app.ra, challenge, key: rsaKey(2048, 'unstarted') });
});

/** Sends the request and returns the certificate's serial number, or else the status. */
const ask = async (): Promise<string> => serialNumberIn(await exchange(request, app));

/** Waits until the row has this member. */
const rowWith = (member: string) =>
  vi.waitFor(
    async () => {
      const row = await stored.row(enrolmentId);
      expect(row).toHaveProperty(member);
      return row;
    },
    { timeout: 15_000, interval: 50 },
  );

async function dispatch(): Promise<void> {
  await stored.endLease();
  await app.fireSchedule('Dispatcher');
}

const nowSeconds = () => Math.floor(Date.now() / 1000);

/** Makes an attempt due now, as after the end of an execution. */
const dueNow = () => ({ dueAt: { N: String(nowSeconds()) } });

it('leaves a request in a long queue to the dispatcher', async () => {
  await stored.queueUntil(Date.now() + 60_000);
  expect(await ask()).toBe('PENDING');
  const isGranted = (line: Readonly<Record<string, unknown>>) => line.outcome === 'pending';
  const [line] = await app.logged('ScepFunction', isGranted);
  enrolmentId = String(line?.enrolmentId);
  granted = await stored.row(enrolmentId);
  expect(app.log('CertifyFunction')).toEqual([]);
});

it('starts a due attempt, and the device gets its certificate', async () => {
  await stored.queueUntil(Date.now());
  await stored.putRow({ ...granted, ...dueNow() });
  await dispatch();
  await rowWith('certificateArn');
  serialNumber = await ask();
  expect(serialNumber).toMatch(/^[0-9A-F]+$/);
});

it('finds the certificate after a lost answer, and returns the same to the device', async () => {
  const { serialHex } = await stored.row(enrolmentId);
  await stored.forgetCertificate(String(serialHex?.S));
  // The CA no longer knows the token, so the same request would get another certificate.
  await stored.forgetAnswer(enrolmentId, nowSeconds() - idempotencyWindowSeconds - 60);
  await stored.putRow({ ...granted, ...dueNow() });
  expect(await ask()).toBe('PENDING');
  await dispatch();
  const lost = await rowWith('lostAt');
  // This test does not wait the 15 minutes that CloudTrail can take.
  await stored.putRow({ ...lost, ...dueNow() });
  await app.fireSchedule('Finder');
  await dispatch();
  await rowWith('certificateArn');
  expect(await ask()).toBe(serialNumber);
  const ofFinder = await app.logged('FindLost', ({ searched }) => searched === 1);
  expect(ofFinder).toMatchObject([{ outcome: 'done', reported: 1 }]);
});

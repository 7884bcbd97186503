import { describe, expect, it } from 'vitest';
import { certPoll } from '../../support/kit/pkcs-req.ts';
import { createDevice } from './device.ts';

/** Creates a device that got PENDING, and whose attempt was not started. */
async function createPendingDevice() {
  const device = await createDevice({ held: true, waitSeconds: 0 });
  const { sendWith, started, time } = device;
  await sendWith({ workflow: { start: async () => Promise.reject(new Error('lost')) } });
  expect(started).toEqual([]);
  return { ...device, wait: (seconds: number) => (time.seconds += seconds) };
}

describe('a poll', () => {
  it('costs two reads and does not wait', async () => {
    const { sendWith, connector, poll, timed } = await createPendingDevice();
    const calls: string[] = [];
    const listed = new Proxy(connector.enrolments, {
      get: (target, name) => {
        calls.push(String(name));
        return Reflect.get(target, name);
      },
    });
    expect(await timed(() => sendWith({ enrolments: listed }, poll()))).toBe(0);
    expect(calls).toEqual(['findTransaction', 'readKnown']);
  });

  it('gets the certificate once it is issued', async () => {
    const { outcome, poll, conduct, rows } = await createPendingDevice();
    expect(await outcome(poll())).toEqual({ status: 'pending' });
    const [row] = rows();
    if (row === undefined) throw new Error('no row');
    await conduct({ enrolmentId: row.enrolmentId, attempt: row.attempt });
    expect(await outcome(poll())).toMatchObject({ status: 'issued' });
    expect(await outcome(poll())).toEqual(await outcome());
  });

  it('gets the refusal of the CA', async () => {
    const { outcome, poll, rows, tables } = await createPendingDevice();
    const [row] = rows();
    if (row === undefined) throw new Error('no row');
    const state = { status: 'refused', code: 'CertificateRefused' } as const;
    tables.rows.set(`test#${row.enrolmentId}`, { row: { ...row, state } });
    expect(await outcome(poll())).toEqual(state);
  });

  it('of an unknown transaction gets the same refusal as one of another client’s transaction', async () => {
    const { outcome, ra, request, withNewKey } = await createPendingDevice();
    const unknown = certPoll({ ra, request, transactionId: 'unknown' });
    const { key, signerCertificate } = withNewKey('another device');
    const foreign = certPoll({ ra, request: { ...request, key, signerCertificate } });
    const refused = { status: 'refused', code: 'NoSuchTransaction' };
    expect(await outcome(unknown.message)).toEqual(refused);
    expect(await outcome(foreign.message)).toEqual(refused);
  });

  it('of a transaction whose row was swept is refused', async () => {
    const { outcome, poll, tables } = await createPendingDevice();
    tables.rows.clear();
    expect(await outcome(poll())).toMatchObject({ code: 'NoSuchTransaction' });
  });
});

describe('a row that was not started', () => {
  it('is started by a poll after six seconds', async () => {
    const { outcome, poll, wait, started } = await createPendingDevice();
    wait(5);
    await outcome(poll());
    expect(started).toEqual([]);
    wait(1);
    expect(await outcome(poll())).toEqual({ status: 'pending' });
    expect(started).toHaveLength(1);
  });

  it('is started by the same request as well after six seconds', async () => {
    const { outcome, wait, started, usesLeft } = await createPendingDevice();
    wait(6);
    expect(await outcome()).toEqual({ status: 'pending' });
    expect([started.length, usesLeft()]).toEqual([1, 0]);
  });

  it('is left to the dispatcher while the queue is long', async () => {
    const { outcome, poll, wait, started, tables, connector } = await createPendingDevice();
    wait(60);
    tables.nextTurnAtMilliseconds = connector.clock.nowMilliseconds() + 66_000;
    await outcome(poll());
    expect(started).toEqual([]);
  });

  it.each([
    ['a turn', { tries: 0 }],
    ['a mark', { tries: 1, askedAtSeconds: 1 }],
  ])('is not started again if it has %s', async (_, terms) => {
    const { outcome, poll, wait, started, tables, rows } = await createPendingDevice();
    wait(600);
    const { enrolmentId = '', attempt = 1 } = rows()[0] ?? {};
    const progress = { enrolmentId, attempt, turnAtMilliseconds: 1, ...terms };
    tables.progress.set(`test#${enrolmentId}`, progress);
    await outcome(poll());
    expect(started).toEqual([]);
  });

  it('is started if its record is that of an earlier attempt', async () => {
    const { outcome, poll, wait, started, tables, rows } = await createPendingDevice();
    wait(600);
    const { enrolmentId = '' } = rows()[0] ?? {};
    const progress = { enrolmentId, attempt: 0, turnAtMilliseconds: 1, tries: 0 };
    tables.progress.set(`test#${enrolmentId}`, progress);
    await outcome(poll());
    expect(started).toHaveLength(1);
  });
});

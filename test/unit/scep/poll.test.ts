import { describe, expect, it } from 'vitest';
import { certPoll } from '../../support/kit/pkcs-req.ts';
import { device } from './device.ts';

/** A device that got PENDING, and whose attempt was not started. */
async function pending() {
  const made = await device({ held: true, waitSeconds: 0 });
  const { sendWith, started, time } = made;
  await sendWith({ workflow: { start: async () => Promise.reject(new Error('lost')) } });
  expect(started).toEqual([]);
  return { ...made, wait: (seconds: number) => (time.seconds += seconds) };
}

describe('a poll', () => {
  it('is one read, and holds no function', async () => {
    const { sendWith, connector, poll, timed } = await pending();
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

  it('has the certificate once it is there', async () => {
    const { outcome, poll, conduct, rows } = await pending();
    expect(await outcome(poll())).toEqual({ status: 'pending' });
    const [row] = rows();
    if (row === undefined) throw new Error('no row');
    await conduct({ enrolmentId: row.enrolmentId, attempt: row.attempt });
    expect(await outcome(poll())).toMatchObject({ status: 'issued' });
    expect(await outcome(poll())).toEqual(await outcome());
  });

  it('has the refusal of the CA', async () => {
    const { outcome, poll, rows, tables } = await pending();
    const [row] = rows();
    if (row === undefined) throw new Error('no row');
    const state = { status: 'refused', code: 'CertificateRefused' } as const;
    tables.rows.set(`test#${row.enrolmentId}`, { row: { ...row, state } });
    expect(await outcome(poll())).toEqual(state);
  });

  it('of an unknown transaction, and of another client’s, is refused alike', async () => {
    const { outcome, ra, request, withNewKey } = await pending();
    const unknown = certPoll({ ra, request, transactionId: 'never heard of' });
    const { key, signerCertificate } = withNewKey('another device');
    const foreign = certPoll({ ra, request: { ...request, key, signerCertificate } });
    const refused = { status: 'refused', code: 'NoSuchTransaction' };
    expect(await outcome(unknown.message)).toEqual(refused);
    expect(await outcome(foreign.message)).toEqual(refused);
  });

  it('of a transaction whose row was swept is refused', async () => {
    const { outcome, poll, tables } = await pending();
    tables.rows.clear();
    expect(await outcome(poll())).toMatchObject({ code: 'NoSuchTransaction' });
  });
});

describe('a row that was not started', () => {
  it('is started by a poll, once six seconds have passed', async () => {
    const { outcome, poll, wait, started } = await pending();
    wait(5);
    await outcome(poll());
    expect(started).toEqual([]);
    wait(1);
    expect(await outcome(poll())).toEqual({ status: 'pending' });
    expect(started).toHaveLength(1);
  });

  it('is started by the same request as well', async () => {
    const { outcome, wait, started, usesLeft } = await pending();
    wait(6);
    expect(await outcome()).toEqual({ status: 'pending' });
    expect([started.length, usesLeft()]).toEqual([1, 0]);
  });

  it('is left to the dispatcher while requests queue', async () => {
    const { outcome, poll, wait, started, tables, connector } = await pending();
    wait(60);
    tables.nextTurnAtMilliseconds = connector.clock.nowMilliseconds() + 66_000;
    await outcome(poll());
    expect(started).toEqual([]);
  });

  it.each([
    ['a turn', { tries: 0 }],
    ['a mark', { tries: 1, askedAtSeconds: 1 }],
  ])('with %s is left alone', async (_, terms) => {
    const { outcome, poll, wait, started, tables, rows } = await pending();
    wait(600);
    const { enrolmentId = '', attempt = 1 } = rows()[0] ?? {};
    const progress = { enrolmentId, attempt, turnAtMilliseconds: 1, ...terms };
    tables.progress.set(`test#${enrolmentId}`, progress);
    await outcome(poll());
    expect(started).toEqual([]);
  });

  it('with the record of an earlier attempt is started', async () => {
    const { outcome, poll, wait, started, tables, rows } = await pending();
    wait(600);
    const { enrolmentId = '' } = rows()[0] ?? {};
    const progress = { enrolmentId, attempt: 0, turnAtMilliseconds: 1, tries: 0 };
    tables.progress.set(`test#${enrolmentId}`, progress);
    await outcome(poll());
    expect(started).toHaveLength(1);
  });
});

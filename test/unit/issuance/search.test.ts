import { describe, expect, it } from 'vitest';
import type { CertificateOrder } from '../../../lambda/ports/certificate-authority.ts';
import { memoryLostAttempts } from '../../support/fakes/memory-due.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { granted } from './granted.ts';

/** A CA that issues a longer validity than was ordered. */
const alter = (order: CertificateOrder): CertificateOrder => ({
  ...order,
  validityDays: order.validityDays + 30,
});

const minute = 60;
const hour = 3600;

/**
 * An attempt with a lost answer and a requested search. `find` reports to it, as the finder does.
 */
async function lostAttempt(options: Parameters<typeof granted>[0] = {}) {
  const enrolment = await granted(options);
  const { ca, run, tables, nowSeconds, time, due } = enrolment;
  ca.plan.issue.push('lost', ...Array<'unreachable'>(60).fill('unreachable'));
  const askedAtSeconds = nowSeconds();
  await run();
  await run();
  ca.plan.issue.length = 0;
  const lost = memoryLostAttempts(tables, nowSeconds);
  const find = async (candidates: readonly string[], atSeconds = 0) => {
    time.seconds = Math.max(time.seconds, atSeconds, due()?.atSeconds ?? 0);
    const [one] = await lost.due(nowSeconds(), 10);
    if (one === undefined) throw new Error('no search is due');
    await lost.report(one, { candidates, searchedAtSeconds: nowSeconds() });
  };
  return { ...enrolment, askedAtSeconds, find, own: [...ca.made][0] ?? '' };
}

/** The ARN of another device's certificate, at this attempt's CA. */
async function foreignIn({ ca }: Pick<Awaited<ReturnType<typeof granted>>, 'ca'>) {
  const other = await granted({}, { key: rsaKey(2048, 'another device') });
  await other.run();
  const arn = [...other.ca.made][0] ?? '';
  const retrieve = (wanted: string) =>
    wanted === arn ? other.ca.retrieve(arn) : ca.retrieve(wanted);
  return { arn, retrieve };
}

describe('an attempt with a lost answer', () => {
  it('is searched for once CloudTrail has its minutes', async () => {
    const { due, askedAtSeconds, stateNow } = await lostAttempt();
    expect(due()).toEqual({ of: 'lost', atSeconds: askedAtSeconds + 21 * minute });
    expect(await stateNow()).toMatchObject({ search: { askedAtSeconds } });
  });

  it('is not resent to the CA', async () => {
    const { run, ca } = await lostAttempt();
    const { length } = ca.issueCalls;
    await run();
    expect(ca.issueCalls).toHaveLength(length);
  });

  it('adopts the certificate that was found and hands it out', async () => {
    const { find, run, own, stateNow, ca, usesLeft, progressNow } = await lostAttempt();
    await find([own]);
    await run();
    expect(await stateNow()).toMatchObject({ status: 'issued', certificateArn: own });
    expect(await progressNow()).toMatchObject({ certificateArn: own });
    expect([ca.made.size, usesLeft()]).toEqual([1, 0]);
  });

  it('adopts its own of several candidates, by the key', async () => {
    const enrolment = await lostAttempt();
    const { find, run, own, stateNow, context, ca } = enrolment;
    const { arn, retrieve } = await foreignIn(enrolment);
    await find([arn, own]);
    await run({ ...context, ca: { ...ca, retrieve } });
    expect(await stateNow()).toMatchObject({ status: 'issued', certificateArn: own });
  });

  it('does not fetch a candidate of another CA', async () => {
    const { find, run, ca, own, stateNow } = await lostAttempt();
    await find([
      own.replace('authority/test/', 'authority/other/'),
      own.replace('/test/', '/test2/'),
    ]);
    const { length } = ca.polls;
    await run();
    expect(ca.polls).toHaveLength(length);
    expect((await stateNow())?.status).toBe('granted');
  });

  it('adopts no certificate for another key, and is searched for once more before it is refused', async () => {
    const enrolment = await lostAttempt();
    const { find, run, stateNow, due, context, ca, askedAtSeconds, tables } = enrolment;
    const { arn, retrieve } = await foreignIn(enrolment);
    await find([arn]);
    await run({ ...context, ca: { ...ca, retrieve } });
    expect((await stateNow())?.status).toBe('granted');
    expect(due()).toEqual({ of: 'lost', atSeconds: askedAtSeconds + 2 * hour });
    expect(await stateNow()).not.toHaveProperty('search.candidates');
    expect(tables.serials.size).toBe(0);
  });

  it('stays open while the CA does not return a candidate', async () => {
    const { find, run, own, ca, stateNow, askedAtSeconds } = await lostAttempt();
    await find([own], askedAtSeconds + 2 * hour);
    ca.plan.poll.push(...Array<'busy'>(9).fill('busy'));
    await expect(run()).rejects.toMatchObject({ code: 'CertificateAuthorityBusy' });
    ca.plan.poll.push('pending');
    await expect(run()).rejects.toMatchObject({ code: 'CertificateNotReady' });
    expect((await stateNow())?.status).toBe('granted');
    await run();
    expect((await stateNow())?.status).toBe('issued');
  });

  it('skips a candidate that the CA could not create', async () => {
    const { find, run, own, ca, stateNow, askedAtSeconds } = await lostAttempt();
    await find([own], askedAtSeconds + 2 * hour);
    ca.plan.poll.push('failed');
    await run();
    expect(await stateNow()).toMatchObject({ status: 'refused', code: 'CertificateLost' });
  });

  it('is refused after two hours without a record, with an alarm and without a returned use', async () => {
    const { find, run, stateNow, usesLeft, askedAtSeconds, audited } = await lostAttempt();
    await find([], askedAtSeconds + 2 * hour);
    await run();
    expect(await stateNow()).toMatchObject({ status: 'refused', code: 'CertificateLost' });
    expect(usesLeft()).toBe(0);
    expect(audited.lines).toContainEqual({
      ...{ outcome: 'settled', status: 'refused', code: 'CertificateLost' },
    });
  });

  it('is not refused a second earlier', async () => {
    const { find, run, stateNow, askedAtSeconds } = await lostAttempt();
    await find([], askedAtSeconds + 2 * hour - 1);
    await run();
    expect((await stateNow())?.status).toBe('granted');
  });
});

describe('a certificate that is found after its attempt was refused as lost', () => {
  const givenUp = async () => {
    const enrolment = await lostAttempt();
    await enrolment.find([], enrolment.askedAtSeconds + 2 * hour);
    await enrolment.run();
    return enrolment;
  };

  it('is revoked even if it differs from its Grant, so that an open attempt would not adopt it', async () => {
    const { find, run, own, askedAtSeconds, stateNow, revoke, tables } = await lostAttempt({
      alter,
    });
    await find([own]);
    await run();
    expect((await stateNow())?.status).toBe('granted');
    expect(tables.serials.size).toBe(0);
    await find([own], askedAtSeconds + 2 * hour);
    await run();
    expect(await stateNow()).toMatchObject({ status: 'refused', code: 'CertificateLost' });
    await find([own]);
    await run();
    expect(await revoke()).toEqual({ revoked: 1, disputed: 0 });
  });

  it('is searched for every hour of a day', async () => {
    const { find, run, due, nowSeconds, stateNow, askedAtSeconds } = await givenUp();
    let searches = 0;
    for (; due() !== undefined && searches < 50; searches += 1) {
      expect(due()?.of).toBe('lost');
      expect((due()?.atSeconds ?? 0) - nowSeconds()).toBeLessThanOrEqual(hour);
      await find([]);
      await run();
    }
    expect(nowSeconds()).toBe(askedAtSeconds + 26 * hour);
    expect(searches).toBe(24);
    expect(await stateNow()).toEqual({ status: 'refused', code: 'CertificateLost' });
  });

  it('is recorded, revoked, and never handed out', async () => {
    const { find, run, own, stateNow, tables, revoke, revokedByCa, usesLeft, logged } =
      await givenUp();
    await find([own]);
    await run();
    const state = await stateNow();
    expect(state).toMatchObject({ status: 'refused', code: 'CertificateLost' });
    expect(state).not.toHaveProperty('sealedGrant');
    const [serial] = [...tables.serials.values()];
    expect(serial?.certificate).toMatchObject({
      certificateArn: own,
      withheldFor: 'CertificateLost',
    });
    expect(logged('discarded')).toHaveLength(1);
    expect(await revoke()).toEqual({ revoked: 1, disputed: 0 });
    expect([revokedByCa.length, usesLeft()]).toEqual([1, 0]);
  });

  it('for another key is not touched', async () => {
    const enrolment = await givenUp();
    const { find, run, due, context, ca, tables, revoke } = enrolment;
    const { arn, retrieve } = await foreignIn(enrolment);
    await find([arn]);
    await run({ ...context, ca: { ...ca, retrieve } });
    expect(due()?.of).toBe('lost');
    expect(tables.serials.size).toBe(0);
    expect((await revoke()).revoked).toBe(0);
  });

  it('is revoked even if a later attempt of its enrolment was granted meanwhile', async () => {
    const enrolment = await givenUp();
    const { run, own, tables, revoke, context, attempt, send, sent } = enrolment;
    const [challenge] = [...tables.challenges.values()];
    if (challenge) tables.challenges.set(challenge.id, { ...challenge, usesLeft: 1 });
    await send(sent.message);
    expect((await context.attempts.read({ ...attempt, attempt: 2 })).row?.attempt).toBe(2);
    const lost = memoryLostAttempts(tables, enrolment.nowSeconds);
    enrolment.time.seconds += hour;
    const [one] = await lost.due(enrolment.nowSeconds(), 10);
    if (one === undefined) throw new Error('no search is due');
    await lost.report(one, { candidates: [own], searchedAtSeconds: enrolment.nowSeconds() });
    await run();
    expect(await revoke()).toEqual({ revoked: 1, disputed: 0 });
    const newest = await context.attempts.read({ ...attempt, attempt: 2 });
    expect(newest.row?.state.status).toBe('granted');
  });
});

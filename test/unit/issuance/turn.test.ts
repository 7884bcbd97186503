import { describe, expect, it } from 'vitest';
import { grantSeconds, progressSeconds } from '../../../lambda/policy/grant.ts';
import { granted } from './granted.ts';

/** An attempt behind a queue of this length, in milliseconds. */
async function behind(milliseconds: number) {
  const enrolment = await granted();
  enrolment.tables.nextTurnAtMilliseconds =
    enrolment.context.clock.nowMilliseconds() + milliseconds;
  return enrolment;
}

describe('the turn of an attempt', () => {
  it('is now if the queue is empty, so the first round issues', async () => {
    const { round, stateNow, ca } = await granted();
    expect(await round()).toMatchObject({ isDone: true });
    expect((await stateNow())?.status).toBe('issued');
    expect(ca.issueCalls).toHaveLength(1);
  });

  it('is waited for inside the round if it is near', async () => {
    const { round, ca, context } = await behind(900);
    const began = context.clock.nowMilliseconds();
    await round();
    expect(ca.issueCalls).toHaveLength(1);
    expect(context.clock.nowMilliseconds() - began).toBeGreaterThanOrEqual(900);
  });

  it('is waited for in the Wait state if it is farther, without a mark', async () => {
    const { round, ca, progressNow, attempt } = await behind(20_000);
    const result = await round();
    expect(result).toMatchObject({ ...attempt, isDone: false, waitSeconds: 20 });
    expect(ca.issueCalls).toEqual([]);
    expect(await progressNow()).toMatchObject({ tries: 0 });
    expect(await progressNow()).not.toHaveProperty('askedAtSeconds');
  });

  it('is left to the dispatcher if the execution would end first', async () => {
    const { round, due, nowSeconds } = await behind(400_000);
    expect(await round()).toMatchObject({ isDone: true });
    expect(due()?.of).toBe('due');
    const inSeconds = (due()?.atSeconds ?? 0) - nowSeconds();
    expect(inSeconds).toBeGreaterThanOrEqual(399);
    expect(inSeconds).toBeLessThanOrEqual(401);
  });

  it('is taken once, however often the attempt runs', async () => {
    const { round, tables, time, ca } = await behind(20_000);
    await round();
    const { nextTurnAtMilliseconds } = tables;
    await round();
    time.seconds += 20;
    await round();
    expect(tables.nextTurnAtMilliseconds).toBe(nextTurnAtMilliseconds);
    expect(ca.issueCalls).toHaveLength(1);
  });

  it('is waited for across rounds, each of which has the execution’s start time', async () => {
    const { run, stateNow, ca } = await behind(200_000);
    expect(await run()).toBeGreaterThan(1);
    expect(ca.issueCalls).toHaveLength(1);
    expect((await stateNow())?.status).toBe('issued');
  });
});

describe('the mark', () => {
  it('is set before the first call to the CA', async () => {
    const enrolment = await granted();
    const seen: unknown[] = [];
    const issue = async () => {
      seen.push(await enrolment.progressNow());
      throw new Error('stop');
    };
    await enrolment.round({ ...enrolment.context, ca: { ...enrolment.ca, issue } });
    expect(seen).toMatchObject([{ tries: 1, askedAtSeconds: enrolment.nowSeconds() }]);
  });

  it('is not set if its write fails, and then the CA gets no call', async () => {
    const { round, replacing, ca } = await granted();
    const begin = async () => Promise.reject(new Error('down'));
    await expect(round(replacing({ begin }))).rejects.toThrow('down');
    expect(ca.issueCalls).toEqual([]);
  });
});

describe('a Grant', () => {
  it('is valid for thirty days', async () => {
    const { run, time, stateNow, rowNow } = await granted();
    time.seconds = ((await rowNow())?.grantedAtSeconds ?? 0) + grantSeconds;
    await run();
    expect((await stateNow())?.status).toBe('issued');
  });

  it('that was never sent to the CA expires then, and returns its use', async () => {
    const { round, time, stateNow, usesLeft, ca } = await granted();
    time.seconds += grantSeconds + 1;
    expect(await round()).toMatchObject({ isDone: true });
    expect(await stateNow()).toEqual({ status: 'refused', code: 'GrantExpired' });
    expect(usesLeft()).toBe(1);
    expect(ca.issueCalls).toEqual([]);
  });

  it('returns no use once its progress record may be deleted, because the CA may have issued', async () => {
    const { run, time, stateNow, usesLeft, rowNow, tables, ca } = await granted();
    const row = await rowNow();
    await run();
    tables.progress.clear();
    if (row) tables.rows.set(`test#${row.enrolmentId}`, { row });
    time.seconds += progressSeconds + 1;
    await run();
    expect(await stateNow()).toEqual({ status: 'refused', code: 'GrantExpired' });
    expect([usesLeft(), ca.made.size]).toEqual([0, 1]);
  });

  it('of another connector opens nothing', async () => {
    const { round, context, ca } = await granted();
    const other = { ...context, connectorId: 'other' };
    await expect(round(other)).rejects.toMatchObject({ code: 'NotSealed' });
    expect(ca.issueCalls).toEqual([]);
  });
});

describe('a round', () => {
  it('of an attempt that was never granted throws an error that names it', async () => {
    const { round, ca } = await granted();
    const enrolmentId = 'f'.repeat(64);
    const about = `${enrolmentId}-1`;
    await expect(round(undefined, { enrolmentId })).rejects.toMatchObject({ about });
    expect(ca.issueCalls).toEqual([]);
  });

  it('of an attempt other than the row’s ends', async () => {
    const { round, ca, stateNow } = await granted();
    expect(await round(undefined, { attempt: 2 })).toMatchObject({ isDone: true });
    expect(ca.issueCalls).toEqual([]);
    expect((await stateNow())?.status).toBe('granted');
  });

  it('of a settled attempt ends', async () => {
    const { run, round, ca } = await granted();
    await run();
    expect(await round()).toMatchObject({ isDone: true });
    expect(ca.issueCalls).toHaveLength(1);
  });
});

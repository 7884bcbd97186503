import { describe, expect, it } from 'vitest';
import { type DispatchContext, dispatch } from '../../../lambda/issuance/dispatch.ts';
import type { DueAttempt } from '../../../lambda/ports/due-attempts.ts';
import { grantedRow } from '../../contract/samples.ts';
import { memoryStores, now } from '../../contract/stores.ts';
import { memoryTables } from '../../support/fakes/memory-tables.ts';

/**
 * A service with due rows. Its started attempts take their turns at the CA's rate, as Certify does.
 */
function service({ perSecond = 25, takesTurns = true } = {}) {
  const tables = memoryTables();
  const stores = memoryStores(tables);
  const time = { milliseconds: now * 1000 };
  const clock: DispatchContext['clock'] = {
    nowSeconds: () => Math.floor(time.milliseconds / 1000),
    nowMilliseconds: () => time.milliseconds,
    sleep: async (milliseconds) => {
      time.milliseconds += milliseconds;
    },
  };
  const started: { readonly enrolmentId: string; readonly atSeconds: number }[] = [];
  const start = async ({ enrolmentId, attempt }: DueAttempt): Promise<void> => {
    started.push({ enrolmentId, atSeconds: clock.nowSeconds() });
    if (!takesTurns) return;
    const turn = Math.max(tables.nextTurnAtMilliseconds, time.milliseconds);
    tables.nextTurnAtMilliseconds = turn + 1000 / perSecond;
    await stores.attempts.begin({ enrolmentId, attempt, turnAtMilliseconds: turn, tries: 0 });
  };
  const context = (holder = 'one', seconds = 65): DispatchContext => ({
    due: stores.due,
    start,
    nextTurn: async () => tables.nextTurnAtMilliseconds,
    perSecond,
    holder,
    clock,
    endsAtMilliseconds: time.milliseconds + seconds * 1000,
  });
  const rows = async (count: number) => {
    const made = Array.from({ length: count }, () => grantedRow());
    for (const row of made) await stores.enrolments.claim({ row, nowSeconds: now });
    return made;
  };
  return { tables, stores, time, started, context, rows, start };
}

describe('the dispatcher', () => {
  it('starts a due row, and ends when no row is due', async () => {
    const { context, rows, started, time } = service();
    const [row] = await rows(1);
    time.milliseconds += 5_000;
    expect(await dispatch(context())).toEqual({ started: 1, running: 0, failed: 0 });
    expect(started).toMatchObject([{ enrolmentId: row?.enrolmentId }]);
    expect(time.milliseconds - now * 1000).toBeLessThan(10_000);
  });

  it('leaves a row to its first starter for five seconds', async () => {
    const { context, rows, started } = service();
    await rows(1);
    expect(await dispatch(context('one', 3))).toMatchObject({ started: 0 });
    expect(started).toEqual([]);
  });

  it('starts at the CA’s rate from the first minute on, ten seconds ahead', async () => {
    const { context, rows, started, time } = service({ perSecond: 5 });
    await rows(1000);
    time.milliseconds += 10_000;
    const began = time.milliseconds / 1000;
    await dispatch(context());
    const inSecond = (from: number, to: number) =>
      started.filter(({ atSeconds }) => atSeconds >= from && atSeconds < to).length;
    expect(inSecond(began, began + 5)).toBeLessThanOrEqual(5 * 15 + 5);
    expect(inSecond(began + 20, began + 60)).toBeGreaterThanOrEqual(0.95 * 5 * 40);
    expect(inSecond(began + 20, began + 60)).toBeLessThanOrEqual(1.05 * 5 * 40);
  });

  it('starts no attempt while the queue is long', async () => {
    const { context, rows, started, time, tables } = service();
    await rows(3);
    time.milliseconds += 10_000;
    tables.nextTurnAtMilliseconds = time.milliseconds + 60_000;
    expect(await dispatch(context('one', 20))).toMatchObject({ started: 0 });
    expect(started).toEqual([]);
  });

  it('starts each row once, and repeats a lost start after the attempt’s own limit', async () => {
    const { context, rows, started, time } = service({ takesTurns: false });
    await rows(1);
    time.milliseconds += 10_000;
    for (let minutes = 0; minutes < 12; minutes += 1) {
      await dispatch(context());
      time.milliseconds += 60_000;
    }
    const [first = 0, second = 0] = started.map(({ atSeconds }) => atSeconds);
    expect(second - first).toBeGreaterThanOrEqual(315);
    expect(second - first).toBeLessThan(315 + 130);
  });

  it('does not start an attempt that an execution works on', async () => {
    const { context, rows, started, time, stores } = service();
    const [row] = await rows(1);
    if (row === undefined) throw new Error('no row');
    time.milliseconds += 10_000;
    const { enrolmentId, attempt } = row;
    const turn = { enrolmentId, attempt, turnAtMilliseconds: time.milliseconds, tries: 1 };
    await stores.attempts.begin({ ...turn, askedAtSeconds: now + 10 });
    expect(await dispatch(context())).toEqual({ started: 0, running: 1, failed: 0 });
    time.milliseconds = (now + 10 + 315) * 1000;
    expect(await dispatch(context())).toMatchObject({ started: 1 });
    expect(started).toHaveLength(1);
  });

  it('starts a postponed attempt at its time', async () => {
    const { context, rows, started, time, stores } = service({ takesTurns: false });
    const [row] = await rows(1);
    if (row === undefined) throw new Error('no row');
    const { enrolmentId, attempt } = row;
    const turnAt = now + 400;
    await stores.attempts.begin({
      enrolmentId,
      attempt,
      turnAtMilliseconds: turnAt * 1000,
      tries: 0,
    });
    await stores.attempts.postpone(row, turnAt);
    time.milliseconds = (turnAt - 30) * 1000;
    await dispatch(context('one', 20));
    expect(started).toEqual([]);
    time.milliseconds = turnAt * 1000;
    await dispatch(context());
    expect(started).toHaveLength(1);
  });

  it('retries failed starts a moment later in the same run', async () => {
    const { context, rows, started, time, start } = service({ takesTurns: false });
    await rows(20);
    time.milliseconds += 10_000;
    let failures = 12;
    const failing = async (attempt: DueAttempt) => {
      failures -= 1;
      if (failures >= 0) throw new Error('throttled');
      await start(attempt);
    };
    const began = time.milliseconds;
    expect(await dispatch({ ...context(), start: failing })).toMatchObject({
      started: 20,
      failed: 12,
    });
    expect(new Set(started.map(({ enrolmentId }) => enrolmentId)).size).toBe(20);
    expect(time.milliseconds - began).toBeLessThan(10_000);
  });

  it('has one active run at a time; the other waits for the lease and then starts due rows', async () => {
    const { context, rows, started, time, stores } = service();
    await rows(2);
    time.milliseconds += 10_000;
    const began = time.milliseconds;
    await stores.due.lease('other', now + 10, now + 20);
    expect(await dispatch(context())).toMatchObject({ started: 2 });
    expect(time.milliseconds - began).toBeGreaterThanOrEqual(10_000);
    expect(started).toHaveLength(2);
  });

  it('starts each row once even if two runs hold the lease', async () => {
    const { context, rows, started, time, stores } = service({ takesTurns: false });
    await rows(40);
    time.milliseconds += 10_000;
    const due = { ...stores.due, lease: async () => true };
    const runs = [dispatch({ ...context('one'), due }), dispatch({ ...context('two'), due })];
    const counts = await Promise.all(runs);
    expect(counts.reduce((sum, one) => sum + one.started, 0)).toBe(40);
    expect(new Set(started.map(({ enrolmentId }) => enrolmentId)).size).toBe(40);
    expect(started).toHaveLength(40);
  });

  it('stops at the end of its time', async () => {
    const { context, rows, time, tables } = service();
    await rows(1);
    tables.nextTurnAtMilliseconds = now * 1000 + 3_600_000;
    time.milliseconds += 10_000;
    const began = time.milliseconds;
    await dispatch(context('one', 7));
    expect(time.milliseconds - began).toBeLessThanOrEqual(8000);
  });
});

import { describe, expect, it } from 'vitest';
import { granted } from './granted.ts';

const pendingFor = (polls: number) => Array<'pending'>(polls).fill('pending');

describe('a certificate that is not ready yet', () => {
  it('is polled at short intervals for about three seconds in the first round, if the CA is idle', async () => {
    const { ca, round, context } = await granted();
    const began = context.clock.nowMilliseconds();
    ca.plan.poll.push(...pendingFor(100));
    expect(await round()).toMatchObject({ isDone: false });
    expect(ca.polls).toHaveLength(10);
    expect(context.clock.nowMilliseconds() - began).toBeLessThan(3500);
  });

  it('is polled three times in the first round while the CA issues many', async () => {
    const { ca, round, context, tables } = await granted();
    tables.nextTurnAtMilliseconds = context.clock.nowMilliseconds();
    ca.plan.poll.push(...pendingFor(100));
    expect(await round()).toMatchObject({ isDone: false });
    expect(ca.polls).toHaveLength(3);
  });

  it('is handed out in the round in which the CA has it', async () => {
    const { ca, round, stateNow } = await granted();
    ca.plan.poll.push(...pendingFor(2));
    expect(await round()).toMatchObject({ isDone: true });
    expect((await stateNow())?.status).toBe('issued');
  });

  it('is polled at growing intervals, in the execution and then by the dispatcher', async () => {
    const { ca, run, due, time, nowSeconds } = await granted();
    ca.plan.poll.push(...pendingFor(10_000));
    const dispatched: number[] = [];
    for (let executions = 0; executions < 6; executions += 1) {
      await run();
      dispatched.push((due()?.atSeconds ?? 0) - nowSeconds());
      time.seconds = due()?.atSeconds ?? 0;
    }
    const pauses = ca.polls.slice(10).map((at, index) => at - (ca.polls[index + 9] ?? 0));
    expect(pauses.slice(1)).toEqual(pauses.slice(1).toSorted((one, other) => one - other));
    expect(Math.min(...dispatched)).toBeGreaterThanOrEqual(60);
    expect(Math.max(...dispatched)).toBeLessThanOrEqual(6 * 3600);
  });

  it('is ordered once, however long it takes', async () => {
    const { ca, run, time, due, stateNow } = await granted();
    ca.plan.poll.push(...pendingFor(60));
    for (
      let executions = 0;
      (await stateNow())?.status === 'granted' && executions < 60;
      executions += 1
    ) {
      await run();
      time.seconds = Math.max(time.seconds, due()?.atSeconds ?? 0);
    }
    expect((await stateNow())?.status).toBe('issued');
    expect([ca.issueCalls.length, ca.made.size]).toEqual([1, 1]);
  });

  it('is pending while the CA is busy or cannot be reached', async () => {
    const { ca, round, logged, run, stateNow } = await granted();
    ca.plan.poll.push(...Array<'busy'>(10).fill('busy'));
    expect(await round()).toMatchObject({ isDone: false });
    expect(logged('polled')).toHaveLength(10);
    await run();
    expect((await stateNow())?.status).toBe('issued');
  });

  it('that the CA could not create is refused, and its use is returned', async () => {
    const { ca, round, stateNow, usesLeft } = await granted();
    ca.plan.poll.push('failed');
    await round();
    expect(await stateNow()).toEqual({ status: 'refused', code: 'CertificateRefused' });
    expect(usesLeft()).toBe(1);
  });
});

describe('a certificate behind a queue', () => {
  /** An attempt whose turn is a minute after its Grant. */
  const queued = async () => {
    const enrolment = await granted();
    const { tables, context } = enrolment;
    tables.nextTurnAtMilliseconds = context.clock.nowMilliseconds() + 60_000;
    return enrolment;
  };

  it('is not polled in the round that orders it', async () => {
    const { round, ca, time } = await queued();
    await round();
    time.seconds += 60;
    expect(await round()).toMatchObject({ isDone: false, waitSeconds: 1 });
    expect([ca.issueCalls.length, ca.polls.length]).toEqual([1, 0]);
  });

  it('is polled at most three times in its first minute', async () => {
    const { run, ca } = await queued();
    ca.plan.poll.push(...pendingFor(100));
    await run();
    const ordered = ca.issueCalls[0] ?? 0;
    const early = ca.polls.filter((at) => at - ordered <= 60);
    expect(early.length).toBeGreaterThan(0);
    expect(early.length).toBeLessThanOrEqual(3);
  });

  it('is polled until it is ready', async () => {
    const { run, ca, stateNow } = await queued();
    ca.plan.poll.push(...pendingFor(1));
    await run();
    expect((await stateNow())?.status).toBe('issued');
    expect(ca.made.size).toBe(1);
  });
});

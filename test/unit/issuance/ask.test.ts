import { describe, expect, it } from 'vitest';
import { granted, throttled } from './granted.ts';

describe('a request that the CA accepts', () => {
  it('has its ARN stored before the first poll', async () => {
    const enrolment = await granted();
    const seen: unknown[] = [];
    const retrieve = async () => {
      seen.push((await enrolment.progressNow())?.certificateArn);
      return undefined;
    };
    await enrolment.round({ ...enrolment.context, ca: { ...enrolment.ca, retrieve } });
    expect(seen[0]).toBe([...enrolment.ca.made][0]);
  });

  it('is resent after a lost answer with the same token, so one certificate is issued', async () => {
    const { ca, run, stateNow } = await granted();
    ca.plan.issue.push('lost');
    await run();
    expect((await stateNow())?.status).toBe('issued');
    expect([ca.issueCalls.length, ca.made.size]).toEqual([2, 1]);
  });

  it('gets one certificate even if DynamoDB throttles the write of its ARN', async () => {
    const { ca, run, round, replacing, progressNow, stateNow, usesLeft } = await granted();
    const recordArn = async () => Promise.reject(throttled());
    await expect(round(replacing({ recordArn }))).rejects.toThrow('Throughput');
    expect(await progressNow()).toMatchObject({ tries: 1 });
    expect((await progressNow())?.askedAtSeconds).toBeDefined();
    await run();
    expect([ca.issueCalls.length, ca.made.size, usesLeft()]).toEqual([2, 1, 0]);
    expect((await stateNow())?.status).toBe('issued');
  });

  it('is settled even if its progress record changed before the write of its ARN, which is logged', async () => {
    const { ca, round, replacing, stateNow, logged } = await granted();
    await round(replacing({ recordArn: async () => false }));
    expect(logged('arn-not-recorded')).toMatchObject([{ certificateArn: [...ca.made][0] }]);
    expect(await stateNow()).toMatchObject({ status: 'issued', certificateArn: [...ca.made][0] });
  });

  it('is searched for once its token has expired at the CA', async () => {
    const { ca, run, due, stateNow, nowSeconds } = await granted();
    const began = nowSeconds();
    ca.plan.issue.push('lost', ...Array<'unreachable'>(50).fill('unreachable'));
    await run();
    await run();
    expect(Math.max(...ca.issueCalls) - began).toBeLessThanOrEqual(240);
    expect(ca.made.size).toBe(1);
    expect(due()?.of).toBe('lost');
    expect(await stateNow()).toMatchObject({ search: { askedAtSeconds: began } });
  });

  it('is resent at growing intervals while its answers are lost', async () => {
    const { ca, run } = await granted();
    ca.plan.issue.push(...Array<'unreachable'>(50).fill('unreachable'));
    await run();
    const pauses = ca.issueCalls.slice(1).map((at, index) => at - (ca.issueCalls[index] ?? 0));
    expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
    expect(Math.max(...pauses)).toBeLessThanOrEqual(60);
    expect(ca.issueCalls.length).toBeLessThan(20);
  });
});

describe('a busy CA', () => {
  it('did not accept the request, so the mark is removed and a later round sends it', async () => {
    const { ca, round, progressNow, run, stateNow } = await granted();
    ca.plan.issue.push('CertificateAuthorityBusy');
    const result = await round();
    expect(result).toMatchObject({ isDone: false });
    expect('waitSeconds' in result && result.waitSeconds).toBeLessThanOrEqual(6);
    expect(await progressNow()).toMatchObject({ tries: 0 });
    expect(await progressNow()).not.toHaveProperty('askedAtSeconds');
    await run();
    expect((await stateNow())?.status).toBe('issued');
  });

  it('leaves an earlier try undecided, and its mark in place', async () => {
    const { ca, round, progressNow } = await granted();
    ca.plan.issue.push('lost', 'CertificateAuthorityBusy');
    await round();
    await round();
    expect(await progressNow()).toMatchObject({ tries: 2 });
    expect((await progressNow())?.askedAtSeconds).toBeDefined();
  });

  it('consumes no challenge, however long it is busy', async () => {
    const { ca, run, stateNow, time } = await granted();
    ca.plan.issue.push(...Array<'CertificateAuthorityBusy'>(1000).fill('CertificateAuthorityBusy'));
    for (let executions = 0; executions < 5; executions += 1) {
      await run();
      time.seconds += 60;
    }
    expect((await stateNow())?.status).toBe('granted');
    ca.plan.issue.length = 0;
    await run();
    expect((await stateNow())?.status).toBe('issued');
    expect(ca.made.size).toBe(1);
  });
});

describe('a CA that has reached its quota of certificates', () => {
  it('is tried at growing intervals by the dispatcher, and consumes no challenge', async () => {
    const { ca, round, run, due, time, stateNow, nowSeconds, usesLeft } = await granted();
    const pauses: number[] = [];
    for (let hours = 0; hours < 12; hours += 1) {
      ca.plan.issue.push('CertificateLimitReached');
      expect(await round()).toMatchObject({ isDone: true });
      expect(due()?.of).toBe('due');
      pauses.push((due()?.atSeconds ?? 0) - nowSeconds());
      time.seconds = due()?.atSeconds ?? 0;
    }
    expect(pauses[0]).toBe(60);
    expect(pauses).toEqual(pauses.toSorted((one, other) => one - other));
    expect(pauses.at(-1)).toBe(6 * 3600);
    expect([(await stateNow())?.status, usesLeft()]).toEqual(['granted', 0]);
    await run();
    expect([(await stateNow())?.status, ca.made.size]).toEqual(['issued', 1]);
  });

  it('is logged, so that an alarm can report it', async () => {
    const { ca, round, logged } = await granted();
    ca.plan.issue.push('CertificateLimitReached');
    await round();
    expect(logged('asked')).toEqual([
      { outcome: 'asked', code: 'CertificateLimitReached', tries: 1 },
    ]);
  });
});

describe('a CA that rejects', () => {
  it('the only try refuses the attempt and returns its use', async () => {
    const { ca, round, stateNow, usesLeft, progressNow } = await granted();
    ca.plan.issue.push('CertificateRefused');
    expect(await round()).toMatchObject({ isDone: true });
    expect(await stateNow()).toEqual({ status: 'refused', code: 'CertificateRefused' });
    expect(usesLeft()).toBe(1);
    expect(await progressNow()).toMatchObject({ withheldFor: 'CertificateRefused' });
  });

  it('a second try leaves the attempt open and returns no use, because the first may have succeeded', async () => {
    const { ca, round, run, stateNow, usesLeft, due } = await granted();
    ca.plan.issue.push('lost', ...Array<'CertificateRefused'>(50).fill('CertificateRefused'));
    await round();
    await run();
    await run();
    expect((await stateNow())?.status).toBe('granted');
    expect(usesLeft()).toBe(0);
    expect(due()?.of).toBe('lost');
  });

  it('writes nothing to a challenge that was deleted meanwhile', async () => {
    const { ca, round, stateNow, tables } = await granted();
    ca.plan.issue.push('CertificateRefused');
    tables.challenges.clear();
    await round();
    expect((await stateNow())?.status).toBe('refused');
    expect(tables.challenges.size).toBe(0);
  });
});

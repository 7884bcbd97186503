import { describe, expect, it } from 'vitest';
import type { CertificateOrder } from '../../../lambda/ports/certificate-authority.ts';
import { memoryIntune } from '../../support/fakes/memory-intune.ts';
import type { TestConnectorOptions } from '../../support/fakes/test-connector.ts';
import { granted } from './granted.ts';

/** A granted attempt of an Intune connector, and Intune's calls after the Grant. */
async function allowed(options: TestConnectorOptions = {}) {
  const intune = memoryIntune();
  const enrolment = await granted({ intune, ...options });
  const calls = () => intune.calls.slice(1).map(({ call }) => call);
  return { ...enrolment, intune, calls };
}

describe('a certificate that Intune granted', () => {
  it('is recorded, then reported to Intune in DER, and only then handed out', async () => {
    const { round, intune, tables, stateNow, calls } = await allowed();
    const recorded: number[] = [];
    const { notifySuccess } = intune;
    intune.notifySuccess = async (...reported) => {
      recorded.push(tables.serials.size);
      expect((await stateNow())?.status).toBe('granted');
      return await notifySuccess(...reported);
    };
    await round();
    expect(calls()).toEqual(['notifySuccess']);
    expect(recorded).toEqual([1]);
    expect(intune.certificates[0]?.[0]).toBe(0x30);
    expect((await stateNow())?.status).toBe('issued');
  });

  it('that Intune refuses is withheld and revoked, and no failure is reported to Intune', async () => {
    const { round, intune, stateNow, calls, revoke, revokedByCa } = await allowed();
    intune.plan({ refused: 'RegisteredKeyMismatch' });
    await round();
    expect(await stateNow()).toMatchObject({
      status: 'refused',
      code: 'Intune:RegisteredKeyMismatch',
    });
    expect(calls()).toEqual(['notifySuccess']);
    expect(await revoke()).toEqual({ revoked: 1, disputed: 0 });
    expect(revokedByCa).toHaveLength(1);
  });

  it('stays withheld if the answer was lost and Intune’s next answer differs', async () => {
    const { round, replacing, run, intune, stateNow, calls } = await allowed();
    intune.plan({ refused: 'ChallengeExpired' });
    const settle = async () => Promise.reject(new Error('down'));
    await expect(round(replacing({ settle }))).rejects.toThrow('down');
    await run();
    expect(await stateNow()).toMatchObject({ code: 'Intune:ChallengeExpired' });
    expect(calls()).toEqual(['notifySuccess']);
  });

  it('waits during an outage of Intune, neither handed out nor withheld', async () => {
    const { round, run, intune, stateNow, progressNow, time } = await allowed();
    intune.plan('outage', 'outage');
    expect(await round()).toMatchObject({ isDone: false });
    time.seconds += 24 * 3600 - 10;
    expect(await round()).toMatchObject({ isDone: true });
    expect((await stateNow())?.status).toBe('granted');
    expect(await progressNow()).not.toHaveProperty('withheldFor');
    await run();
    expect((await stateNow())?.status).toBe('issued');
  });

  it('is withheld for good after a day’s outage of Intune', async () => {
    const { round, intune, stateNow, time, revoke } = await allowed();
    intune.plan('outage', 'outage', 'outage');
    expect(await round()).toMatchObject({ isDone: false });
    time.seconds += 24 * 3600;
    await round();
    expect(await stateNow()).toMatchObject({ status: 'refused', code: 'IntuneUnreachable' });
    expect(intune.certificates).toEqual([]);
    expect((await revoke()).revoked).toBe(1);
  });

  it('is handed out even after a day, if Intune answers', async () => {
    const { round, intune, stateNow, time } = await allowed();
    intune.plan('outage');
    expect(await round()).toMatchObject({ isDone: false });
    time.seconds += 48 * 3600;
    await round();
    expect((await stateNow())?.status).toBe('issued');
  });

  it('that was revoked between notification and settlement is refused', async () => {
    const { round, replacing, run, certificates, tables, stateNow, nowSeconds } = await allowed();
    const settle = async () => Promise.reject(new Error('down'));
    await expect(round(replacing({ settle }))).rejects.toThrow('down');
    const [serial] = [...tables.serials.values()];
    await certificates.markRevoked(serial?.certificate.serialHex ?? '', nowSeconds());
    await run();
    expect(await stateNow()).toMatchObject({ status: 'refused', code: 'CertificateRevoked' });
  });
});

describe('a failure after Intune’s Grant', () => {
  const alter = (order: CertificateOrder) => ({ ...order, validityDays: 400 });

  it('is reported to Intune by its number', async () => {
    const { ca, round, intune, stateNow } = await allowed();
    ca.plan.issue.push('CertificateRefused');
    await round();
    expect(intune.failures.map(({ hResult }) => hResult >>> 0)).toEqual([0xa0040001]);
    expect(await stateNow()).toEqual({ status: 'refused', code: 'CertificateRefused' });
  });

  it('of lint is reported as well, and no success is reported', async () => {
    const { round, intune } = await allowed({ alter });
    await round();
    expect(intune.failures.map(({ hResult }) => hResult >>> 0)).toEqual([0xa0040002]);
    expect(intune.certificates).toEqual([]);
  });

  it('waits a day during an outage of Intune', async () => {
    const { ca, round, intune, stateNow, time } = await allowed();
    ca.plan.issue.push('CertificateRefused', 'CertificateRefused');
    intune.plan('outage', 'outage');
    expect(await round()).toMatchObject({ isDone: false });
    expect((await stateNow())?.status).toBe('granted');
    time.seconds += 24 * 3600;
    await round();
    expect((await stateNow())?.status).not.toBe('issued');
  });

  it('is not reported while another execution’s request may succeed', async () => {
    const { ca, round, run, context, attempt, intune, stateNow, nowSeconds } = await allowed();
    const issue = async () => {
      await context.attempts.mark(attempt, nowSeconds());
      ca.plan.issue.push('CertificateRefused');
      return await ca.issue({ idempotencyToken: 'x' } as CertificateOrder);
    };
    expect(await round({ ...context, ca: { ...ca, issue } })).toMatchObject({ isDone: false });
    expect(intune.failures).toEqual([]);
    await run();
    expect([(await stateNow())?.status, intune.certificates.length]).toEqual(['issued', 1]);
  });

  it('stays a failure for every answer of Intune', async () => {
    const { ca, round, intune, stateNow } = await allowed();
    ca.plan.issue.push('CertificateRefused');
    intune.plan({ refused: 'ChallengeExpired' });
    await round();
    expect(await stateNow()).toEqual({ status: 'refused', code: 'CertificateRefused' });
  });
});

describe('an Intune connector without an Intune client', () => {
  it('is an outage and issues nothing', async () => {
    const { round, context, stateNow } = await allowed();
    const { intune: _, ...without } = context;
    await expect(round(without)).rejects.toMatchObject({ code: 'IntuneMissing' });
    expect((await stateNow())?.status).toBe('granted');
  });
});

describe('an attempt that our own challenge authorised', () => {
  it('causes no call to Intune', async () => {
    const intune = memoryIntune();
    const { round, context } = await granted();
    await round({ ...context, intune });
    expect(intune.calls).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import type { CertificateOrder } from '../../../lambda/ports/certificate-authority.ts';
import { rsaKey } from '../../support/kit/keys.ts';
import { granted } from './granted.ts';

/** A CA that issues a longer validity than was ordered. */
const alter = (order: CertificateOrder): CertificateOrder => ({
  ...order,
  validityDays: order.validityDays + 30,
});

const detailTypes = (made: Awaited<ReturnType<typeof granted>>) =>
  made.audited.events.map(({ detailType }) => detailType);

describe('a certificate that matches its Grant', () => {
  it('is handed out, recorded by its serial number, and published as an event', async () => {
    const enrolment = await granted();
    await enrolment.round();
    const state = await enrolment.stateNow();
    if (state?.status !== 'issued') throw new Error('not issued');
    const [serial] = [...enrolment.tables.serials.values()];
    expect(serial?.certificate).toMatchObject({
      ...enrolment.attempt,
      serialHex: state.serialHex,
      certificateArn: state.certificateArn,
      notAfterSeconds: state.notAfterSeconds,
      line: `${enrolment.attempt.enrolmentId}-1`,
    });
    expect(serial?.certificate.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(detailTypes(enrolment)).toEqual(['Certificate Issuance Succeeded']);
    expect(enrolment.due()).toBeUndefined();
  });

  it('is handed out even if the event bus fails', async () => {
    const publish = async () => Promise.reject(new Error('down'));
    const { round, stateNow } = await granted({ publish });
    await round();
    expect((await stateNow())?.status).toBe('issued');
  });

  it('is settled by the next round after a crash', async () => {
    const { round, replacing, run, stateNow, ca } = await granted();
    const settle = async () => Promise.reject(new Error('down'));
    await expect(round(replacing({ settle }))).rejects.toThrow('down');
    await run();
    expect([(await stateNow())?.status, ca.made.size]).toEqual(['issued', 1]);
  });
});

describe('a certificate that differs from its Grant', () => {
  it('is refused, withheld, left to Revoke, and never handed out', async () => {
    const enrolment = await granted({ alter });
    await enrolment.round();
    expect(await enrolment.stateNow()).toMatchObject({
      status: 'refused',
      code: 'CertificateMismatch',
    });
    expect(enrolment.logged('mismatch')).toMatchObject([{ difference: 'validity' }]);
    expect(detailTypes(enrolment)).toContain('Certificate Withheld');
    expect(enrolment.usesLeft()).toBe(0);
    expect(await enrolment.revoke()).toEqual({ revoked: 1, disputed: 0 });
    expect(enrolment.revokedByCa).toHaveLength(1);
  });

  it('stays withheld after a crash before the settlement', async () => {
    const { round, replacing, run, stateNow, progressNow } = await granted({ alter });
    const settle = async () => Promise.reject(new Error('down'));
    await expect(round(replacing({ settle }))).rejects.toThrow('down');
    expect(await progressNow()).toMatchObject({ withheldFor: 'CertificateMismatch' });
    await run();
    expect(await stateNow()).toMatchObject({ status: 'refused', code: 'CertificateMismatch' });
  });

  it('is not revoked before the decision is stored', async () => {
    const { round, replacing, revoke } = await granted({ alter });
    const withhold = async () => Promise.reject(new Error('down'));
    await expect(round(replacing({ withhold }))).rejects.toThrow('down');
    expect(await revoke()).toEqual({ revoked: 0, disputed: 0 });
  });
});

describe('a certificate for another key', () => {
  it('is neither handed out nor revoked, and the attempt’s own is searched for', async () => {
    const enrolment = await granted();
    const other = await granted({}, { key: rsaKey(2048, 'another device') });
    await other.round();
    const foreign = [...other.ca.made][0] ?? '';
    const retrieve = () => other.ca.retrieve(foreign);
    const context = { ...enrolment.context, ca: { ...enrolment.ca, retrieve } };
    await enrolment.round(context);
    expect((await enrolment.stateNow())?.status).toBe('granted');
    expect(enrolment.logged('foreign-certificate')).toHaveLength(1);
    expect(enrolment.due()?.of).toBe('lost');
    expect(enrolment.tables.serials.size).toBe(0);
    await enrolment.revoke();
    expect(enrolment.revokedByCa).toEqual([]);
  });
});

describe('an attempt that was settled meanwhile', () => {
  it('keeps the certificate that its row hands out', async () => {
    const { round, replacing, context, stateNow, revoke } = await granted();
    const settle: typeof context.attempts.settle = async (settlement) => {
      await context.attempts.settle(settlement);
      return await context.attempts.settle(settlement);
    };
    await round(replacing({ settle }));
    expect((await stateNow())?.status).toBe('issued');
    expect((await revoke()).revoked).toBe(0);
  });

  it('as refused gets its certificate recorded, revoked and logged', async () => {
    const enrolment = await granted();
    const { round, replacing, context, attempt, stateNow, revoke } = enrolment;
    const settle: typeof context.attempts.settle = async (settlement) => {
      const { certificate: _, ...rest } = settlement;
      const state = { status: 'refused', code: 'CertificateLost' } as const;
      await context.attempts.settle({ ...rest, ...attempt, state });
      return await context.attempts.settle(settlement);
    };
    await round(replacing({ settle }));
    expect(await stateNow()).toMatchObject({ status: 'refused', code: 'CertificateLost' });
    expect(enrolment.logged('discarded')).toHaveLength(1);
    expect(detailTypes(enrolment)).toContain('Certificate Withheld');
    expect(await revoke()).toEqual({ revoked: 1, disputed: 0 });
    expect(enrolment.revokedByCa).toHaveLength(1);
  });

  it('with another certificate throws an error that names the attempt, and revokes nothing', async () => {
    const enrolment = await granted();
    const { round, replacing, context, attempt, revoke, logged } = enrolment;
    const settle: typeof context.attempts.settle = async (settlement) => {
      const { certificate, state } = settlement;
      if (!certificate || state.status !== 'issued') throw new Error('not issued');
      const other = { ...certificate, serialHex: '0abc', certificateArn: 'arn:other' };
      const issued = { ...state, serialHex: '0abc', certificateArn: 'arn:other' };
      await context.attempts.settle({ ...settlement, state: issued, certificate: other });
      return await context.attempts.settle(settlement);
    };
    const about = `${attempt.enrolmentId}-1`;
    await expect(round(replacing({ settle }))).rejects.toMatchObject({
      code: 'AttemptUnknown',
      about,
    });
    expect(logged('orphaned')).toHaveLength(1);
    expect((await revoke()).revoked).toBe(0);
  });

  it('with a certificate that was revoked meanwhile is refused and hands nothing out', async () => {
    const { round, replacing, context, certificates, stateNow, usesLeft, nowSeconds } =
      await granted();
    const settle: typeof context.attempts.settle = async (settlement) => {
      const { certificate } = settlement;
      if (certificate && settlement.state.status === 'issued') {
        await context.attempts.record(certificate);
        await certificates.markRevoked(certificate.serialHex, nowSeconds());
      }
      return await context.attempts.settle(settlement);
    };
    await round(replacing({ settle }));
    expect(await stateNow()).toMatchObject({ status: 'refused', code: 'CertificateRevoked' });
    expect(usesLeft()).toBe(0);
  });

  it('is not refused by this execution if another one called the CA', async () => {
    const { ca, round, context, attempt, run, stateNow, usesLeft, nowSeconds } = await granted();
    const issue = async () => {
      await context.attempts.mark(attempt, nowSeconds());
      ca.plan.issue.push('CertificateRefused');
      return await ca.issue({ idempotencyToken: 'x' } as CertificateOrder);
    };
    const result = await round({ ...context, ca: { ...ca, issue } });
    expect(result).toMatchObject({ isDone: false });
    expect([(await stateNow())?.status, usesLeft()]).toEqual(['granted', 0]);
    await run();
    expect((await stateNow())?.status).toBe('issued');
  });
});

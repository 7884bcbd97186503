import { describe, expect, it } from 'vitest';
import type { CertifyContext } from '../../../lambda/issuance/context.ts';
import type { AttemptStore } from '../../../lambda/ports/attempts.ts';
import type { CertificateOrder } from '../../../lambda/ports/certificate-authority.ts';
import { memoryIntune } from '../../support/fakes/memory-intune.ts';
import { granted } from './granted.ts';

/** Delays every call of a port, so that concurrent executions interleave at every step. */
function slowly<Port extends object>(port: Port): Port {
  return new Proxy(port, {
    get: (target, name) => {
      const member = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...inputs: unknown[]) => {
        await new Promise((resolve) => setImmediate(resolve));
        const result = await member.apply(target, inputs);
        await new Promise((resolve) => setImmediate(resolve));
        return result;
      };
    },
  });
}

const slow = (context: CertifyContext): CertifyContext => ({
  ...context,
  attempts: slowly(context.attempts),
  rateLimiter: slowly(context.rateLimiter),
  ca: slowly(context.ca),
  ...(context.intune && { intune: slowly(context.intune) }),
});

describe('an attempt with concurrent executions', () => {
  it.each([2, 3, 5])('gets one certificate, handed out once, with %i executions', async (count) => {
    const { run, context, ca, stateNow, usesLeft, tables, revoke } = await granted();
    await Promise.all(Array.from({ length: count }, () => run(slow(context))));
    expect((await stateNow())?.status).toBe('issued');
    expect([ca.made.size, tables.serials.size, usesLeft()]).toEqual([1, 1, 0]);
    expect((await revoke()).revoked).toBe(0);
  });

  it('publishes one event of its settlement', async () => {
    const { run, context, audited } = await granted();
    await Promise.all([run(slow(context)), run(slow(context))]);
    expect(audited.events).toHaveLength(1);
  });

  it('gets one certificate behind a queue', async () => {
    const { run, context, ca, stateNow, tables } = await granted();
    tables.nextTurnAtMilliseconds = context.clock.nowMilliseconds() + 10_000;
    await Promise.all([run(slow(context)), run(slow(context))]);
    expect([ca.made.size, (await stateNow())?.status]).toEqual([1, 'issued']);
  });

  it('is not refused while the CA may have accepted one of its calls', async () => {
    const { run, context, ca, stateNow, usesLeft, due } = await granted();
    ca.plan.issue.push('CertificateRefused', ...Array<'unreachable'>(80).fill('unreachable'));
    await Promise.all([run(slow(context)), run(slow(context))]);
    await run();
    expect([(await stateNow())?.status, usesLeft(), due()?.of]).toEqual(['granted', 0, 'lost']);
  });

  it('withholds a certificate once, and revokes it once', async () => {
    const alter = (order: CertificateOrder) => ({ ...order, validityDays: 400 });
    const { run, context, stateNow, revoke, revokedByCa, progressNow } = await granted({ alter });
    await Promise.all([run(slow(context)), run(slow(context))]);
    expect(await stateNow()).toMatchObject({ status: 'refused', code: 'CertificateMismatch' });
    expect(await progressNow()).toMatchObject({ withheldFor: 'CertificateMismatch' });
    expect([await revoke(), await revoke()]).toEqual([
      { revoked: 1, disputed: 0 },
      { revoked: 0, disputed: 0 },
    ]);
    expect(revokedByCa).toHaveLength(1);
  });

  it('hands nothing out if Intune refused one of them', async () => {
    const intune = memoryIntune();
    const { run, context, stateNow, revoke } = await granted({ intune });
    intune.plan({ refused: 'ChallengeExpired' });
    await Promise.allSettled([run(slow(context)), run(slow(context))]);
    const state = await stateNow();
    const revoked = (await revoke()).revoked;
    expect([state?.status, revoked]).toEqual(
      state?.status === 'issued' ? ['issued', 0] : ['refused', 1],
    );
  });
});

/** Certify's writes. In a crash, the answer of one is lost, or it did not happen. */
const writes = ['begin', 'mark', 'recordArn', 'settle'] as const;

describe.each(writes)('a crash at %s', (name) => {
  const crashing = (attempts: AttemptStore, isWritten: boolean): AttemptStore => {
    let isArmed = true;
    const crash = async (...inputs: unknown[]) => {
      const call = attempts[name] as (...all: unknown[]) => Promise<unknown>;
      if (!isArmed) return await call(...inputs);
      isArmed = false;
      if (isWritten) await call(...inputs);
      throw Object.assign(new Error('crash'), { name: 'TimeoutError' });
    };
    return { ...attempts, [name]: crash };
  };

  it.each([
    ['before', false],
    ['after', true],
  ])('%s the write still ends in one certificate', async (_, isWritten) => {
    const { run, context, ca, stateNow, usesLeft } = await granted();
    ca.plan.issue.push('lost');
    const broken = { ...context, attempts: crashing(context.attempts, isWritten) };
    await run(broken).catch(() => undefined);
    await run(broken);
    expect((await stateNow())?.status).toBe('issued');
    expect([ca.made.size, usesLeft()]).toEqual([1, 0]);
  });
});

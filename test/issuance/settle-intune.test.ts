import { describe, expect, it } from 'vitest';
import { notify } from '../../lambda/issuance/notify.ts';
import { settle } from '../../lambda/issuance/settle.ts';
import type { CertificateOrder } from '../../lambda/ports.ts';
import { certified, granted } from './allowed-by-intune.ts';

describe('settle of an Intune enrolment', () => {
  it('hands out nothing that Intune was not told of', async () => {
    const { linted, context, stateNow } = await certified();
    await expect(settle(linted, context)).rejects.toThrow('IntuneNotNotified');
    expect((await stateNow())?.status).toBe('granted');
  });

  it('touches no challenge of ours', async () => {
    const { linted, context, stateNow } = await certified();
    const untouched = async () => Promise.reject(new Error('touched'));
    const challenges = { spend: untouched, release: untouched };
    await settle(await notify(linted, context), { ...context, challenges });
    expect((await stateNow())?.status).toBe('issued');
  });

  it('keeps the code that Intune refused with', async () => {
    const { linted, context, intune, stateNow } = await certified();
    intune.plan({ refused: 'BadUserIdInChallenge' });
    await settle(await notify(linted, context), context);
    expect(await stateNow()).toEqual({ status: 'refused', code: 'Intune:BadUserIdInChallenge' });
  });
});

describe('a certificate that is not what was granted', () => {
  const alter = (order: CertificateOrder): CertificateOrder => ({
    ...order,
    passthrough: { ...order.passthrough, Subject: { CommonName: 'admin' } },
  });

  it('is a failure to Intune, revoked, and refused', async () => {
    const { conduct, input, intune, ca, stateNow } = await granted({ alter });
    await conduct(input);
    expect(intune.failures).toHaveLength(1);
    expect(ca.revoked).toHaveLength(1);
    expect(await stateNow()).toEqual({ status: 'refused', code: 'CertificateMismatch' });
  });
});

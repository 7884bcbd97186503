import { expect, it } from 'vitest';
import type { Attempt } from '../../lambda/core/attempt.ts';
import { certificateOf, claimed, issuing, plain, refusing } from './samples.ts';
import { describeStores, now } from './stores.ts';

describeStores('the next time of a row', (stores) => {
  const isDueAt = async (row: Attempt, seconds: number): Promise<boolean> =>
    (await stores().due.due(seconds, 10_000)).some((one) => one.enrolmentId === row.enrolmentId);
  const searched = async (row: Attempt, seconds: number) =>
    (await stores().lost.due(seconds, 10_000)).find((one) => one.enrolmentId === row.enrolmentId);

  it('can be postponed, and returns to the dispatcher', async () => {
    const row = await claimed(stores());
    expect(await stores().attempts.postpone(row, now + 100)).toBe(true);
    expect([await isDueAt(row, now + 99), await isDueAt(row, now + 100)]).toEqual([false, true]);
  });

  it('is not postponed once the row is settled, or for another attempt', async () => {
    const row = await claimed(stores());
    expect(await stores().attempts.postpone({ ...row, attempt: 2 }, now)).toBe(false);
    await stores().attempts.settle(issuing(certificateOf(row)));
    expect(await stores().attempts.postpone(row, now)).toBe(false);
    expect(await isDueAt(row, now + 9999)).toBe(false);
  });

  it('is the finder’s once a search is requested', async () => {
    const row = await claimed(stores());
    const search = { askedAtSeconds: now - 300 };
    expect(await stores().attempts.requestSearch(row, search, now + 7)).toBe(true);
    expect(await isDueAt(row, now + 9999)).toBe(false);
    expect(await searched(row, now + 6)).toBeUndefined();
    expect(await searched(row, now + 7)).toMatchObject({ search, isRefused: false, attempt: 1 });
  });

  it('is not the finder’s once the row is settled without a Grant', async () => {
    const row = await claimed(stores());
    await stores().attempts.settle(refusing(row));
    const search = { askedAtSeconds: now };
    expect(await stores().attempts.requestSearch(row, search, now)).toBe(false);
    expect(await searched(row, now)).toBeUndefined();
  });

  it('ends with the search after a refusal, which removes the Grant', async () => {
    const row = await claimed(stores());
    const search = { askedAtSeconds: now - 7200 };
    const { sealedGrant } = row.state;
    await stores().attempts.settle(
      refusing(row, {}, { code: 'CertificateLost', search, sealedGrant }),
    );
    expect(await searched(row, now + 3600)).toMatchObject({ search, isRefused: true });
    await stores().attempts.endSearch(row);
    expect(await searched(row, now + 9999)).toBeUndefined();
    expect(plain((await stores().attempts.read(row)).row?.state)).toEqual({
      status: 'refused',
      code: 'CertificateLost',
    });
  });

  it('does not end while the row is open', async () => {
    const row = await claimed(stores());
    await stores().attempts.requestSearch(row, { askedAtSeconds: now }, now);
    await stores().attempts.endSearch(row);
    expect(await searched(row, now)).toBeDefined();
  });
});

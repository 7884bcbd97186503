import { expect, it } from 'vitest';
import type { Attempt } from '../../lambda/attempt.ts';
import { certificateOf, claimed, issuing, plain, refusing } from './samples.ts';
import { describeStores, now } from './stores.ts';

describeStores('when a row goes on', (stores) => {
  const isDueAt = async (row: Attempt, seconds: number): Promise<boolean> =>
    (await stores().due.due(seconds, 10_000)).some((one) => one.enrolmentId === row.enrolmentId);
  const searched = async (row: Attempt, seconds: number) =>
    (await stores().lost.due(seconds, 10_000)).find((one) => one.enrolmentId === row.enrolmentId);

  it('is put off, and to the dispatcher again', async () => {
    const row = await claimed(stores());
    expect(await stores().attempts.postpone(row, now + 100)).toBe(true);
    expect([await isDueAt(row, now + 99), await isDueAt(row, now + 100)]).toEqual([false, true]);
  });

  it('is not put off once it is settled, or for another attempt', async () => {
    const row = await claimed(stores());
    expect(await stores().attempts.postpone({ ...row, attempt: 2 }, now)).toBe(false);
    await stores().attempts.settle(issuing(certificateOf(row)));
    expect(await stores().attempts.postpone(row, now)).toBe(false);
    expect(await isDueAt(row, now + 9999)).toBe(false);
  });

  it('is left to the finder once a search is requested', async () => {
    const row = await claimed(stores());
    const search = { askedAtSeconds: now - 300 };
    expect(await stores().attempts.requestSearch(row, search, now + 7)).toBe(true);
    expect(await isDueAt(row, now + 9999)).toBe(false);
    expect(await searched(row, now + 6)).toBeUndefined();
    expect(await searched(row, now + 7)).toMatchObject({ search, isRefused: false, attempt: 1 });
  });

  it('is not left to the finder once it is settled without a Grant', async () => {
    const row = await claimed(stores());
    await stores().attempts.settle(refusing(row));
    const search = { askedAtSeconds: now };
    expect(await stores().attempts.requestSearch(row, search, now)).toBe(false);
    expect(await searched(row, now)).toBeUndefined();
  });

  it('ends with the search after a refusal, and the Grant goes with it', async () => {
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

  it('does not end the search of what is open', async () => {
    const row = await claimed(stores());
    await stores().attempts.requestSearch(row, { askedAtSeconds: now }, now);
    await stores().attempts.endSearch(row);
    expect(await searched(row, now)).toBeDefined();
  });
});

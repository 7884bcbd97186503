import { expect, it } from 'vitest';
import type { Attempt } from '../../lambda/core/attempt.ts';
import { certificateOf, claimed, issuing, refusing } from './samples.ts';
import { describeStores, now } from './stores.ts';

describeStores('a search in the finder’s list', (stores) => {
  const search = { askedAtSeconds: now - 600 };
  const lostRow = async () => {
    const row = await claimed(stores());
    await stores().attempts.requestSearch(row, search, now + 100);
    return row;
  };
  const listed = async (row: Attempt, seconds = now + 100) => {
    const lost = await stores().lost.due(seconds, 10_000);
    const one = lost.find(({ enrolmentId }) => enrolmentId === row.enrolmentId);
    if (one === undefined) throw new Error('not lost');
    return one;
  };
  const searchOf = async (row: Attempt) => {
    const state = (await stores().attempts.read(row)).row?.state;
    return state && 'search' in state ? state.search : undefined;
  };
  const isDue = async (row: Attempt) =>
    (await stores().due.due(now, 10_000)).some(
      ({ enrolmentId }) => enrolmentId === row.enrolmentId,
    );

  it('is listed from its time on, the earliest first', async () => {
    const [one, two] = [await lostRow(), await lostRow()];
    await stores().attempts.requestSearch(two, search, now + 50);
    expect(await stores().lost.due(now + 49, 10_000)).toEqual([]);
    const ids = (await stores().lost.due(now + 100, 10_000)).map(({ enrolmentId }) => enrolmentId);
    expect(ids.indexOf(two.enrolmentId)).toBeLessThan(ids.indexOf(one.enrolmentId));
    expect(await listed(one)).toEqual({
      connectorId: 'test',
      enrolmentId: one.enrolmentId,
      attempt: 1,
      dueAtSeconds: now + 100,
      isEarlier: false,
      search,
      isRefused: false,
    });
    await stores().attempts.requestSearch(two, search, now + 100);
  });

  it('is due for Certify once candidates are reported', async () => {
    const row = await lostRow();
    const found = { candidates: ['arn:two', 'arn:one'], searchedAtSeconds: now + 5 };
    await stores().lost.report(await listed(row), found);
    const { candidates, ...rest } = (await searchOf(row)) ?? {};
    expect(rest).toEqual({ ...search, searchedAtSeconds: now + 5 });
    expect(candidates?.toSorted()).toEqual(['arn:one', 'arn:two']);
    expect(await isDue(row)).toBe(true);
    await expect(listed(row)).rejects.toThrow('not lost');
  });

  it('is decided by Certify if it found nothing', async () => {
    const row = await lostRow();
    await stores().lost.report(await listed(row), { candidates: [], searchedAtSeconds: now });
    expect(await searchOf(row)).toEqual({ ...search, searchedAtSeconds: now });
    expect(await isDue(row)).toBe(true);
  });

  it('is repeated at another time', async () => {
    const row = await lostRow();
    await stores().lost.postpone(await listed(row), now + 3, now + 900);
    await expect(listed(row, now + 899)).rejects.toThrow('not lost');
    expect((await listed(row, now + 900)).search).toEqual({
      ...search,
      searchedAtSeconds: now + 3,
    });
  });

  it('drops earlier candidates when it is repeated', async () => {
    const row = await lostRow();
    await stores().lost.report(await listed(row), {
      candidates: ['arn:one'],
      searchedAtSeconds: now,
    });
    await stores().attempts.requestSearch(row, search, now + 100);
    expect(await searchOf(row)).toEqual({ ...search, searchedAtSeconds: now });
  });

  it('is unchanged if another run has changed it', async () => {
    const row = await lostRow();
    const one = await listed(row);
    await stores().lost.postpone(one, now + 3, now + 900);
    await stores().lost.report(one, { candidates: ['arn:one'], searchedAtSeconds: now });
    await stores().lost.postpone(one, now + 3, now + 5);
    expect((await listed(row, now + 900)).dueAtSeconds).toBe(now + 900);
    expect(await isDue(row)).toBe(false);
  });

  it('is unchanged if the attempt has been settled', async () => {
    const row = await lostRow();
    const one = await listed(row);
    await stores().attempts.settle(issuing(certificateOf(row)));
    await stores().lost.report(one, { candidates: ['arn:one'], searchedAtSeconds: now });
    expect((await stores().attempts.read(row)).row?.state.status).toBe('issued');
    expect(await searchOf(row)).toBeUndefined();
    expect(await isDue(row)).toBe(false);
  });

  it('is due after a refusal at the time that its settlement names', async () => {
    const row = await claimed(stores());
    const state = { code: 'CertificateLost', search, sealedGrant: row.state.sealedGrant } as const;
    await stores().attempts.settle(refusing(row, { searchDueAtSeconds: now + 900 }, state));
    await expect(listed(row, now + 899)).rejects.toThrow('not lost');
    expect(await listed(row, now + 900)).toMatchObject({ isRefused: true, search });
  });

  it('can belong to a refused attempt, even if a later one follows', async () => {
    const row = await claimed(stores());
    const { sealedGrant } = row.state;
    await stores().attempts.settle(
      refusing(row, {}, { code: 'CertificateLost', search, sealedGrant }),
    );
    const { row: previous } = await stores().enrolments.readKnown(row);
    await claimed(stores(), { ...row, attempt: 2 }, { previous });
    const lost = await listed(row, now + 3600);
    expect(lost).toMatchObject({ attempt: 1, isEarlier: true, isRefused: true, search });
    await stores().lost.report(lost, { candidates: ['arn:one'], searchedAtSeconds: now });
    expect(await searchOf(row)).toMatchObject({ candidates: ['arn:one'] });
    const due = await stores().due.due(now, 10_000);
    const own = due.filter(({ enrolmentId }) => enrolmentId === row.enrolmentId);
    expect(own).toMatchObject([{ attempt: 1, isEarlier: true }]);
    expect(await stores().due.postpone(own[0] as never, now + 300)).toBe(true);
  });
});

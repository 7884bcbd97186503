import { expect, it } from 'vitest';
import type { ChallengeRecord } from '../../lambda/ports/challenges.ts';
import type { ClaimResult } from '../../lambda/ports/enrolments.ts';
import { claimed, created, grantedRow, newEnrolmentId, plain, refusing } from './samples.ts';
import { describeStores, now } from './stores.ts';

describeStores('a counted challenge', (stores) => {
  const claim = (countedChallenge: string, row = grantedRow(), nowSeconds = now) =>
    stores().enrolments.claim({ row, countedChallenge, nowSeconds });
  const usesLeft = async (key: string): Promise<number | undefined> =>
    (await stores().register.find(key))?.usesLeft;

  it('gives one use to a row', async () => {
    const key = await created(stores(), 3);
    expect(await claim(key)).toBe('claimed');
    expect(await usesLeft(key)).toBe(2);
  });

  it('is read together with the row', async () => {
    const key = await created(stores(), 3);
    const known = await stores().enrolments.readKnown({
      enrolmentId: newEnrolmentId(),
      challengeKey: key,
    });
    expect(known.challenge).toMatchObject({ id: key, usesLeft: 3 });
  });

  const refusals: readonly (readonly [string, number, Partial<ChallengeRecord>])[] = [
    ['used', 1, { usesLeft: 0 }],
    ['expired', 1, { expiresAtSeconds: now }],
    ['revoked', 1, { revokedAtSeconds: now - 1 }],
  ];
  it.each(refusals)(
    'that is %s is refused with that state, and no row is written',
    async (state, uses, terms) => {
      const key = await created(stores(), uses, terms);
      const row = grantedRow();
      expect(await claim(key, row)).toEqual({ refused: state });
      expect((await stores().enrolments.readKnown(row)).row).toBeUndefined();
      expect(await usesLeft(key)).toBe(terms.usesLeft ?? uses);
    },
  );

  it('that is missing is refused as unknown, and is not created', async () => {
    const key = `test#${newEnrolmentId()}`;
    expect(await claim(key)).toEqual({ refused: 'unknown' });
    expect(await stores().register.find(key)).toBeUndefined();
  });

  it('is valid up to the second in which it expires', async () => {
    const key = await created(stores(), 2, { expiresAtSeconds: now });
    expect(await claim(key, grantedRow(), now - 1)).toBe('claimed');
    expect(await claim(key, grantedRow(), now)).toEqual({ refused: 'expired' });
  });

  it('refuses no copy of the request that used it up', async () => {
    const key = await created(stores(), 1);
    const row = grantedRow();
    await claim(key, row);
    expect(plain(await claim(key, row))).toEqual({ existing: plain(row) });
    expect(await usesLeft(key)).toBe(0);
  });

  it('gives one use to many copies of one request', async () => {
    const key = await created(stores(), 5);
    const row = grantedRow();
    const results = await Promise.all(Array.from({ length: 6 }, () => claim(key, row)));
    expect(results.filter((result) => result === 'claimed')).toHaveLength(1);
    expect(await usesLeft(key)).toBe(4);
  });

  it('gives exactly its number of uses to any number of concurrent claims', async () => {
    const key = await created(stores(), 3);
    const results = await Promise.all(Array.from({ length: 12 }, () => claim(key)));
    const used = (result: ClaimResult) => plain(result);
    expect(results.filter((result) => result === 'claimed')).toHaveLength(3);
    expect(results.filter((result) => result !== 'claimed').map(used)).toEqual(
      Array(9).fill({ refused: 'used' }),
    );
  });

  it('gives a use to each later attempt of an enrolment', async () => {
    const key = await created(stores(), 2);
    const row = grantedRow();
    await claim(key, row);
    await stores().attempts.settle(refusing(row));
    const { row: previous } = await stores().enrolments.readKnown(row);
    await claimed(stores(), { ...row, attempt: 2 }, { previous, countedChallenge: key });
    expect(await usesLeft(key)).toBe(0);
  });

  it('refuses a later attempt once it is used up, and keeps the earlier row', async () => {
    const key = await created(stores(), 1);
    const row = grantedRow();
    await claim(key, row);
    await stores().attempts.settle(refusing(row));
    const { row: previous } = await stores().enrolments.readKnown(row);
    const next = { ...row, attempt: 2 };
    const result = await stores().enrolments.claim({
      row: next,
      previous,
      countedChallenge: key,
      nowSeconds: now,
    });
    expect(result).toEqual({ refused: 'used' });
    expect((await stores().enrolments.readKnown(row)).row?.attempt).toBe(1);
  });
});

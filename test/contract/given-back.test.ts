import { expect, it } from 'vitest';
import { claimed, created, grantedRow, refusing } from './samples.ts';
import { describeStores, now } from './stores.ts';

describeStores('a returned use of a challenge', (stores) => {
  const refuse = async (giveBack: string, row = grantedRow()) => {
    await claimed(stores(), row);
    return await stores().attempts.settle(refusing(row, { giveBack }));
  };
  const usesLeft = async (key: string) => (await stores().register.find(key))?.usesLeft;

  it('is available to the next request', async () => {
    const key = await created(stores(), 1, { usesLeft: 0 });
    expect(await refuse(key)).toBe('settled');
    expect(await usesLeft(key)).toBe(1);
  });

  it('is returned once, however often the attempt is settled', async () => {
    const key = await created(stores(), 5, { usesLeft: 0 });
    const row = grantedRow();
    await refuse(key, row);
    const again = await stores().attempts.settle(refusing(row, { giveBack: key }));
    expect([again, await usesLeft(key)]).toEqual(['settledBefore', 1]);
  });

  it('is not written to a deleted challenge, and the row is still refused', async () => {
    const key = `test#swept-${now}`;
    const row = grantedRow();
    expect(await refuse(key, row)).toBe('settled');
    expect(await stores().register.find(key)).toBeUndefined();
    const known = await stores().enrolments.readKnown({ ...row, challengeKey: key });
    expect(known.row?.state.status).toBe('refused');
    expect(known.challenge).toBeUndefined();
  });

  it('never exceeds the challenge’s number of uses', async () => {
    const key = await created(stores(), 2);
    expect(await refuse(key)).toBe('settled');
    expect(await usesLeft(key)).toBe(2);
  });
});

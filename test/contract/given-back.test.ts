import { expect, it } from 'vitest';
import { claimed, created, grantedRow, refusing } from './samples.ts';
import { describeStores, now } from './stores.ts';

describeStores('a use that is given back', (stores) => {
  const refuse = async (giveBack: string, row = grantedRow()) => {
    await claimed(stores(), row);
    return await stores().attempts.settle(refusing(row, { giveBack }));
  };
  const usesLeft = async (key: string) => (await stores().register.find(key))?.usesLeft;

  it('is there for the next request', async () => {
    const key = await created(stores(), 1, { usesLeft: 0 });
    expect(await refuse(key)).toBe('settled');
    expect(await usesLeft(key)).toBe(1);
  });

  it('is given back once, however often the attempt is settled', async () => {
    const key = await created(stores(), 5, { usesLeft: 0 });
    const row = grantedRow();
    await refuse(key, row);
    const again = await stores().attempts.settle(refusing(row, { giveBack: key }));
    expect([again, await usesLeft(key)]).toEqual(['settledBefore', 1]);
  });

  it('is not written to a challenge that was swept: the row is refused alone', async () => {
    const key = `test#swept-${now}`;
    const row = grantedRow();
    expect(await refuse(key, row)).toBe('settled');
    expect(await stores().register.find(key)).toBeUndefined();
    const known = await stores().enrolments.readKnown({ ...row, challengeKey: key });
    expect(known.row?.state.status).toBe('refused');
    expect(known.challenge).toBeUndefined();
  });

  it('never exceeds what the challenge had', async () => {
    const key = await created(stores(), 2);
    expect(await refuse(key)).toBe('settled');
    expect(await usesLeft(key)).toBe(2);
  });
});

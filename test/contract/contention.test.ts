import { describe, expect, it, onTestFinished } from 'vitest';
import { created, grantedRow, plain } from './samples.ts';
import { dynamoStores, now, startTables } from './stores.ts';

/** An emulator whose transactions take time, so that conflicting ones are cancelled, as on AWS. */
async function busyTables() {
  const running = await startTables({ transactionMilliseconds: 5 });
  onTestFinished(() => running.stop());
  return dynamoStores(running.client);
}

describe('a burst on one limited challenge', () => {
  it('serves each device once, although its transactions conflict', async () => {
    const stores = await busyTables();
    const countedChallenge = await created(stores, 40);
    const rows = Array.from({ length: 30 }, () => grantedRow());
    const claims = rows.map((row) =>
      stores.enrolments.claim({ row, countedChallenge, nowSeconds: now }).catch(() => 'undecided'),
    );
    const results = await Promise.all(claims);
    const served = results.filter((result) => result === 'claimed').length;
    expect(served).toBeGreaterThan(0);
    expect(results.every((result) => result === 'claimed' || result === 'undecided')).toBe(true);
    expect((await stores.register.find(countedChallenge))?.usesLeft).toBe(40 - served);
    for (const [at, row] of rows.entries()) {
      const isThere = (await stores.enrolments.readKnown(row)).row !== undefined;
      expect(isThere).toBe(results[at] === 'claimed');
    }
  });

  it('ends with its revocation, which succeeds in the middle of the burst', async () => {
    const stores = await busyTables();
    const countedChallenge = await created(stores, 100);
    const claim = () =>
      stores.enrolments
        .claim({ row: grantedRow(), countedChallenge, nowSeconds: now })
        .catch(() => 'undecided');
    const before = Array.from({ length: 15 }, claim);
    const revoked = stores.register.revoke(countedChallenge, now);
    const after = Array.from({ length: 15 }, claim);
    expect(await revoked).toBe(true);
    const results = await Promise.all([...before, ...after]);
    const claimed = results.filter((result) => result === 'claimed').length;
    const possible = ['claimed', 'undecided', { refused: 'revoked' }];
    for (const result of results) expect(possible).toContainEqual(plain(result));
    expect((await stores.register.find(countedChallenge))?.usesLeft).toBe(100 - claimed);
    expect(await claim()).toEqual({ refused: 'revoked' });
  });
});

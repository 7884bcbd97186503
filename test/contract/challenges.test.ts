import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoChallenges } from '../../lambda/aws/dynamo-challenges.ts';
import type { ChallengeRecord, Challenges } from '../../lambda/ports.ts';
import { memoryChallenges } from '../fakes/memory-challenges.ts';
import { emulatedTable } from './dynamo.ts';

const now = 1_800_000_000;

const record = (terms: Partial<ChallengeRecord> = {}): ChallengeRecord => ({
  id: `test#${randomUUID()}`,
  connectorId: 'test',
  challengeId: 'one',
  sealedPassword: Uint8Array.of(1, 2, 3),
  createdAtSeconds: now,
  ...terms,
});

const limited = (uses: number, terms: Partial<ChallengeRecord> = {}) =>
  record({ maxUses: uses, usesLeft: uses, ...terms });

/** What every store of challenges must do, in memory and in DynamoDB alike. */
function challengesContract(challenges: () => Challenges): void {
  const created = async (one: ChallengeRecord): Promise<string> => {
    await challenges().create(one);
    return one.id;
  };

  it('finds a challenge as it was created', async () => {
    const one = limited(3, { name: 'printers', expiresAtSeconds: now + 60 });
    await created(one);
    const found = await challenges().find(one.id);
    expect({ ...found, sealedPassword: [...(found?.sealedPassword ?? [])] }).toEqual({
      ...one,
      sealedPassword: [1, 2, 3],
    });
  });

  it('does not create the same id twice', async () => {
    const one = record();
    await created(one);
    await expect(challenges().create(one)).rejects.toThrow();
  });

  it('knows nothing of an unknown id', async () => {
    expect(await challenges().claim('test#unknown', 'a', now)).toBe('unknown');
  });

  it('lets anybody claim one without limit, again and again', async () => {
    const id = await created(record());
    for (const holder of ['a', 'b', 'a'])
      expect(await challenges().claim(id, holder, now)).toBe('claimed');
  });

  it('gives a one-time challenge to one holder, who may ask again', async () => {
    const id = await created(limited(1));
    expect(await challenges().claim(id, 'a', now)).toBe('claimed');
    expect(await challenges().claim(id, 'b', now)).toBe('used');
    expect(await challenges().claim(id, 'a', now)).toBe('claimed');
  });

  it('gives a released use to the next holder', async () => {
    const id = await created(limited(1));
    await challenges().claim(id, 'a', now);
    await challenges().release(id, 'a');
    expect(await challenges().claim(id, 'b', now)).toBe('claimed');
  });

  it('does not give a use again to the generation that gave it back: its call was held up', async () => {
    const id = await created(limited(1));
    await challenges().claim(id, 'device-1', now);
    await challenges().release(id, 'device-1');
    expect(await challenges().claim(id, 'device-1', now)).toBe('released');
    expect(await challenges().claim(id, 'device-2', now)).toBe('claimed');
  });

  it('releases no more than was claimed', async () => {
    const id = await created(limited(1));
    await challenges().claim(id, 'a', now);
    await challenges().release(id, 'b');
    await challenges().release(id, 'a');
    await challenges().release(id, 'a');
    await challenges().claim(id, 'c', now);
    expect(await challenges().claim(id, 'd', now)).toBe('used');
  });

  it('does not give back what was spent', async () => {
    const id = await created(limited(1));
    await challenges().claim(id, 'a', now);
    await challenges().spend(id, 'a');
    await challenges().spend(id, 'a');
    await challenges().release(id, 'a');
    expect(await challenges().claim(id, 'b', now)).toBe('used');
    expect(await challenges().claim(id, 'a', now)).toBe('claimed');
  });

  it('is good for exactly its number of uses, however many ask at once', async () => {
    const id = await created(limited(3));
    const holders = Array.from({ length: 12 }, (_, at) => `holder-${at}`);
    const claims = await Promise.all(holders.map((holder) => challenges().claim(id, holder, now)));
    expect(claims.filter((claim) => claim === 'claimed')).toHaveLength(3);
    expect(claims.filter((claim) => claim === 'used')).toHaveLength(9);
  });

  it('refuses from the second it expires', async () => {
    const id = await created(limited(2, { expiresAtSeconds: now }));
    expect(await challenges().claim(id, 'a', now - 1)).toBe('claimed');
    expect(await challenges().claim(id, 'b', now)).toBe('expired');
  });

  it('lets a holder finish after expiry: the use was taken in time', async () => {
    const id = await created(limited(1, { expiresAtSeconds: now }));
    await challenges().claim(id, 'a', now - 1);
    expect(await challenges().claim(id, 'a', now + 60)).toBe('claimed');
  });

  it('refuses a revoked one', async () => {
    const id = await created(record({ revokedAtSeconds: now - 1 }));
    expect(await challenges().claim(id, 'a', now)).toBe('revoked');
  });

  it('refuses an expired one without limit', async () => {
    const id = await created(record({ expiresAtSeconds: now }));
    expect(await challenges().claim(id, 'a', now)).toBe('expired');
  });
}

describe('challenges in memory', () => {
  const challenges = memoryChallenges();
  challengesContract(() => challenges);
});

describe('challenges in DynamoDB', () => {
  let table: Awaited<ReturnType<typeof emulatedTable>>;
  beforeAll(async () => {
    table = await emulatedTable();
  });
  afterAll(() => table.stop());
  challengesContract(() => dynamoChallenges(table.client, table.table));
});

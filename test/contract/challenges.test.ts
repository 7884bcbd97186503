import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoChallengeRegister } from '../../lambda/aws/dynamo-challenge-register.ts';
import { dynamoChallenges } from '../../lambda/aws/dynamo-challenges.ts';
import { dynamoTags } from '../../lambda/aws/dynamo-tags.ts';
import type {
  ChallengePosition,
  ChallengeRecord,
  ChallengeRegister,
  Challenges,
  TagStore,
} from '../../lambda/ports.ts';
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

/** What every register of challenges must do. */
function registerContract(register: () => Store): void {
  /** Challenges of a connector of its own, made a second apart; the oldest first. */
  const several = async (count: number, terms: Partial<ChallengeRecord> = {}) => {
    const connectorId = `many-${randomUUID().slice(0, 8)}`;
    const records = Array.from({ length: count }, (_, at) =>
      record({
        ...terms,
        id: `${connectorId}#${randomUUID()}`,
        connectorId,
        createdAtSeconds: now + at,
      }),
    );
    for (const one of records) await register().create(one);
    return { connectorId, records };
  };
  const everything = async (connectorId: string, limit: number): Promise<readonly string[]> => {
    const ids: string[] = [];
    let after: ChallengePosition | undefined;
    for (let pages = 0; pages < 20; pages += 1) {
      const page = await register().list(connectorId, { limit, after });
      ids.push(...page.challenges.map(({ id }) => id));
      if (page.next === undefined) return ids;
      after = page.next;
    }
    throw new Error('the pages do not end');
  };

  it('lists a connector’s challenges, the newest first, page by page and each once', async () => {
    const { connectorId, records } = await several(7);
    const newestFirst = records.map(({ id }) => id).reverse();
    expect(await everything(connectorId, 3)).toEqual(newestFirst);
    expect(await everything(connectorId, 100)).toEqual(newestFirst);
  });

  it('pages through challenges made in one second', async () => {
    const { connectorId } = await several(0);
    const same = Array.from({ length: 5 }, () =>
      record({ id: `${connectorId}#${randomUUID()}`, connectorId }),
    );
    for (const one of same) await register().create(one);
    const listed = await everything(connectorId, 2);
    expect([...listed].sort()).toEqual(same.map(({ id }) => id).sort());
  });

  it('lists all of a challenge but its password', async () => {
    const constraints = { subject: { CN: ['printer-*'] }, alternativeNames: {} };
    const terms = { maxUses: 3, usesLeft: 3, name: 'printers', expiresAtSeconds: now + 60 };
    const { connectorId, records } = await several(1, { ...terms, constraints, tags: { a: 'b' } });
    const { challenges } = await register().list(connectorId, { limit: 10 });
    const { sealedPassword: _, ...summary } = records[0] ?? record();
    expect(challenges).toEqual([summary]);
  });

  it('revokes once; a revoked one is refused, found by its id, and in no list', async () => {
    const { connectorId, records } = await several(2);
    const id = records[0]?.id ?? '';
    expect(await register().revoke(id, now)).toBe(true);
    expect(await register().revoke(id, now + 1)).toBe(false);
    expect(await register().claim(id, 'a', now)).toBe('revoked');
    expect(await register().find(id)).toMatchObject({ connectorId, revokedAtSeconds: now });
    expect(await everything(connectorId, 10)).toEqual([records[1]?.id]);
  });

  it('revokes nothing that is not there', async () => {
    expect(await register().revoke('test#unknown', now)).toBe(false);
    expect(await register().find('test#unknown')).toBeUndefined();
  });

  it('replaces a challenge by one other, which may be said again', async () => {
    const { records } = await several(1);
    const id = records[0]?.id ?? '';
    const by = { challengeId: 'next', expiresAtSeconds: now + 60 };
    expect(await register().replace(id, by, now)).toBe(true);
    expect(await register().replace(id, by, now)).toBe(true);
    expect(await register().replace(id, { ...by, challengeId: 'third' }, now)).toBe(false);
    expect(await register().find(id)).toMatchObject({
      replacedBy: 'next',
      expiresAtSeconds: now + 60,
    });
    expect(await register().claim(id, 'a', now + 59)).toBe('claimed');
    expect(await register().claim(id, 'a', now + 60)).toBe('expired');
  });

  it('does not replace what is revoked or not there', async () => {
    const { records } = await several(1);
    const id = records[0]?.id ?? '';
    await register().revoke(id, now);
    const by = { challengeId: 'next', expiresAtSeconds: now + 60 };
    expect(await register().replace(id, by, now)).toBe(false);
    expect(await register().replace('test#unknown', by, now)).toBe(false);
    expect(await register().find('test#unknown')).toBeUndefined();
  });

  it('lets a claimed use be given back, or spent, after it was revoked', async () => {
    const { records } = await several(2, { maxUses: 1, usesLeft: 1 });
    const [one = '', two = ''] = records.map(({ id }) => id);
    for (const id of [one, two]) {
      await register().claim(id, 'device-1', now);
      await register().revoke(id, now);
      expect(await register().claim(id, 'device-1', now)).toBe('claimed');
      expect(await register().claim(id, 'other-1', now)).toBe('revoked');
    }
    await register().release(one, 'device-1');
    await register().spend(two, 'device-1');
    expect(await register().find(one)).toMatchObject({ usesLeft: 1 });
    expect(await register().find(two)).toMatchObject({ usesLeft: 0 });
  });

  it('changes tags of a challenge, several at once', async () => {
    const { records } = await several(1, { tags: { keep: '1', drop: '2' } });
    const id = records[0]?.id ?? '';
    const change = { set: { 'a b': 'ü', keep: '3' }, remove: ['drop', 'never there'] };
    expect(await register().tags.change(id, change, now)).toBe(true);
    expect(await register().tags.of(id)).toEqual({ keep: '3', 'a b': 'ü' });
    expect(await register().find(id)).toMatchObject({ tags: { keep: '3', 'a b': 'ü' } });
  });

  it('keeps tags of a connector, and none of a challenge that is not there', async () => {
    const id = `test-${randomUUID().slice(0, 8)}#connector`;
    expect(await register().tags.of(id)).toEqual({});
    expect(await register().tags.change(id, { set: { a: '1' }, remove: [] }, now)).toBe(true);
    expect(await register().tags.change(id, { set: { b: '2' }, remove: ['a'] }, now)).toBe(true);
    expect(await register().tags.of(id)).toEqual({ b: '2' });
    const gone = { set: { a: '1' }, remove: [] };
    expect(await register().tags.change('test#unknown', gone, now)).toBe(false);
  });
}

type Store = Challenges & ChallengeRegister & { readonly tags: TagStore };

describe('challenges in memory', () => {
  const challenges = memoryChallenges();
  challengesContract(() => challenges);
  registerContract(() => challenges);
});

describe('challenges in DynamoDB', () => {
  let table: Awaited<ReturnType<typeof emulatedTable>>;
  let store: Store;
  beforeAll(async () => {
    table = await emulatedTable('challenges');
    store = {
      ...dynamoChallenges(table.client, table.table),
      ...dynamoChallengeRegister(table.client, table.table),
      tags: dynamoTags(table.client, table.table, (id) => id.endsWith('#connector')),
    };
  });
  afterAll(() => table.stop());
  challengesContract(() => store);
  registerContract(() => store);
});

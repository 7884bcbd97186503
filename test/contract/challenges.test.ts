import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { ChallengePosition, ChallengeRecord } from '../../lambda/ports/challenges.ts';
import { challenge, plain } from './samples.ts';
import { describeStores, now } from './stores.ts';

const record = (terms: Partial<ChallengeRecord> = {}) => challenge(undefined, terms);

describeStores('the register of challenges', (stores) => {
  const register = () => stores().register;

  it('finds a challenge as it was created, limited or not', async () => {
    const terms = { name: 'printers', expiresAtSeconds: now + 60 };
    for (const one of [challenge(3, terms), record(), record({ revokedAtSeconds: now })]) {
      await register().create(one);
      expect(plain(await register().find(one.id))).toEqual(plain(one));
    }
  });

  it('does not create the same id twice', async () => {
    const one = record();
    await register().create(one);
    await expect(register().create({ ...one, name: 'other' })).rejects.toThrow();
    expect(await register().find(one.id)).not.toHaveProperty('name');
  });

  /** Creates challenges of a new connector, one per second; the oldest first. */
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

  it('lists every member of a challenge except its password', async () => {
    const constraints = { subject: { CN: ['printer-*'] }, alternativeNames: {} };
    const terms = { maxUses: 3, usesLeft: 3, name: 'printers', expiresAtSeconds: now + 60 };
    const { connectorId, records } = await several(1, { ...terms, constraints, tags: { a: 'b' } });
    const { challenges } = await register().list(connectorId, { limit: 10 });
    const { sealedPassword: _, ...summary } = records[0] ?? record();
    expect(challenges).toEqual([summary]);
  });

  it('revokes once, and finds a revoked challenge by its id but not in lists', async () => {
    const { connectorId, records } = await several(2);
    const id = records[0]?.id ?? '';
    expect(await register().revoke(id, now)).toBe(true);
    expect(await register().revoke(id, now + 1)).toBe(false);
    expect(await register().find(id)).toMatchObject({ connectorId, revokedAtSeconds: now });
    expect(await everything(connectorId, 10)).toEqual([records[1]?.id]);
  });

  it('does not revoke a missing challenge', async () => {
    expect(await register().revoke('test#unknown', now)).toBe(false);
    expect(await register().find('test#unknown')).toBeUndefined();
  });

  it('replaces a challenge once, and allows a repeat with the same successor', async () => {
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
  });

  it('does not replace a revoked or missing challenge', async () => {
    const { records } = await several(1);
    const id = records[0]?.id ?? '';
    await register().revoke(id, now);
    const by = { challengeId: 'next', expiresAtSeconds: now + 60 };
    expect(await register().replace(id, by, now)).toBe(false);
    expect(await register().replace('test#unknown', by, now)).toBe(false);
    expect(await register().find('test#unknown')).toBeUndefined();
  });

  it('changes several tags of a challenge in one write', async () => {
    const { records } = await several(1, { tags: { keep: '1', drop: '2' } });
    const id = records[0]?.id ?? '';
    const change = { set: { 'a b': 'ü', keep: '3' }, remove: ['drop', 'never there'] };
    expect(await register().tags.change(id, change, now)).toBe(true);
    expect(await register().tags.of(id)).toEqual({ keep: '3', 'a b': 'ü' });
    expect(await register().find(id)).toMatchObject({ tags: { keep: '3', 'a b': 'ü' } });
  });

  it('changes tags only while there is room for them', async () => {
    const { records } = await several(1, { tags: { a: '1', b: '2' } });
    const id = records[0]?.id ?? '';
    const set = { b: '3', c: '4' };
    const change = (maxTagsBefore: number, keysThere: readonly string[]) =>
      register().tags.change(id, { set, remove: [], room: { maxTagsBefore, keysThere } }, now);
    expect(await change(1, ['b'])).toBe(false);
    expect(await change(9, ['b', 'c'])).toBe(false);
    expect(await register().tags.of(id)).toEqual({ a: '1', b: '2' });
    expect(await change(2, ['b'])).toBe(true);
    expect(await register().tags.of(id)).toEqual({ a: '1', b: '3', c: '4' });
  });

  it('keeps tags of a connector, but not of a missing challenge', async () => {
    const id = `test-${randomUUID().slice(0, 8)}#connector`;
    expect(await register().tags.of(id)).toEqual({});
    expect(await register().tags.change(id, { set: { a: '1' }, remove: [] }, now)).toBe(true);
    expect(await register().tags.change(id, { set: { b: '2' }, remove: ['a'] }, now)).toBe(true);
    expect(await register().tags.of(id)).toEqual({ b: '2' });
    const gone = { set: { a: '1' }, remove: [] };
    const room = { maxTagsBefore: 49, keysThere: [] };
    expect(await register().tags.change('test#unknown', gone, now)).toBe(false);
    expect(await register().tags.change('test#unknown', { ...gone, room }, now)).toBe(false);
  });
});

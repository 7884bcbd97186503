import { expect, it } from 'vitest';
import type { Attempt } from '../../lambda/core/attempt.ts';
import { certificateOf, claimed, grantedRow, issuing, refusing } from './samples.ts';
import { describeStores, now } from './stores.ts';

describeStores('an attempt in the dispatcher’s list', (stores) => {
  const listed = async (row: Attempt, seconds: number, limit = 10_000) =>
    (await stores().due.due(seconds, limit)).find((one) => one.enrolmentId === row.enrolmentId);

  it('is due five seconds after its Grant, and not before', async () => {
    const row = await claimed(stores());
    expect(await listed(row, now + 4)).toBeUndefined();
    expect(await listed(row, now + 5)).toEqual({
      connectorId: 'test',
      enrolmentId: row.enrolmentId,
      attempt: 1,
      dueAtSeconds: now + 5,
      isEarlier: false,
    });
  });

  it('can belong to any connector', async () => {
    const row = await claimed(stores().of('other'), grantedRow({ connectorId: 'other' }));
    expect(await listed(row, now + 5)).toMatchObject({ connectorId: 'other' });
  });

  it('is not settled', async () => {
    const [issued, refused] = [await claimed(stores()), await claimed(stores())];
    await stores().attempts.settle(issuing(certificateOf(issued)));
    await stores().attempts.settle(refusing(refused));
    expect(await listed(issued, now + 9999)).toBeUndefined();
    expect(await listed(refused, now + 9999)).toBeUndefined();
  });

  it('comes before attempts that are due later', async () => {
    const rows = [await claimed(stores()), await claimed(stores()), await claimed(stores())];
    for (const [at, row] of rows.entries())
      await stores().attempts.postpone(row, now - 1000 * (at + 1));
    const ids = new Set(rows.map(({ enrolmentId }) => enrolmentId));
    const own = (await stores().due.due(now - 500, 1000)).filter((one) => ids.has(one.enrolmentId));
    expect(own.map(({ enrolmentId }) => enrolmentId)).toEqual(
      rows.map(({ enrolmentId }) => enrolmentId).reverse(),
    );
  });

  it('is the newest of its enrolment', async () => {
    const row = await claimed(stores());
    await stores().attempts.settle(refusing(row));
    const { row: previous } = await stores().enrolments.readKnown(row);
    await claimed(stores(), { ...row, attempt: 2 }, { previous });
    const all = await stores().due.due(now + 9999, 10_000);
    const own = all.filter(({ enrolmentId }) => enrolmentId === row.enrolmentId);
    expect(own).toMatchObject([{ attempt: 2, isEarlier: false }]);
  });

  it('has its progress record beside it, if one exists', async () => {
    const [one, two] = [await claimed(stores()), await claimed(stores())];
    const progress = { enrolmentId: two.enrolmentId, attempt: 1, turnAtMilliseconds: 1, tries: 0 };
    await stores().attempts.begin(progress);
    const due = [await listed(one, now + 5), await listed(two, now + 5)].flatMap((a) => a ?? []);
    expect(await stores().due.progressOf(due)).toEqual([undefined, progress]);
    expect(await stores().due.progressOf([])).toEqual([]);
  });

  it('is moved by only one of two dispatchers', async () => {
    const row = await claimed(stores());
    const attempt = await listed(row, now + 5);
    if (attempt === undefined) throw new Error('not due');
    const moved = await Promise.all(
      [1, 2, 3].map((run) => stores().due.postpone(attempt, now + 300 + run)),
    );
    expect(moved.filter(Boolean)).toHaveLength(1);
    expect(await listed(row, now + 299)).toBeUndefined();
    expect(await listed(row, now + 303)).toBeDefined();
  });

  it('is not moved once it is settled, so it returns to no list', async () => {
    const row = await claimed(stores());
    const attempt = await listed(row, now + 5);
    if (attempt === undefined) throw new Error('not due');
    await stores().attempts.settle(issuing(certificateOf(row)));
    expect(await stores().due.postpone(attempt, now)).toBe(false);
    expect(await listed(row, now + 9999)).toBeUndefined();
  });

  it('is found in more than a hundred progress records', async () => {
    const row = await claimed(stores());
    const attempt = await listed(row, now + 5);
    if (attempt === undefined) throw new Error('not due');
    await stores().attempts.begin({
      ...{ enrolmentId: row.enrolmentId, attempt: 1 },
      turnAtMilliseconds: 1,
      tries: 0,
    });
    const others = Array.from({ length: 150 }, () => ({
      ...attempt,
      ...grantedRow(),
      dueAtSeconds: 0,
    }));
    const progress = await stores().due.progressOf([...others, attempt]);
    expect(progress).toHaveLength(151);
    expect(progress.at(-1)).toBeDefined();
    expect(progress.slice(0, 150).filter(Boolean)).toEqual([]);
  });
});

describeStores('the dispatcher’s lease', (stores) => {
  it('belongs to one run, which renews it, until it expires', async () => {
    const { due } = stores();
    expect(await due.lease('one', now, now + 10)).toBe(true);
    expect(await due.lease('two', now + 9, now + 19)).toBe(false);
    expect(await due.lease('one', now + 9, now + 19)).toBe(true);
    expect(await due.lease('two', now + 18, now + 28)).toBe(false);
    expect(await due.lease('two', now + 19, now + 29)).toBe(true);
    expect(await due.lease('one', now + 20, now + 30)).toBe(false);
  });
});

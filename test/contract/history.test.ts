import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { HistoryEntry } from '../../lambda/ports/history.ts';
import { certificateOf, claimed, grantedRow, issuing, refusing } from './samples.ts';
import { describeStores, now, type Stores } from './stores.ts';

const day = 86_400_000;
const source = 'a keyed hash';

const entry = (
  connectorId: string,
  age: number,
  more: Partial<HistoryEntry> = {},
): HistoryEntry => ({
  connectorId,
  atMilliseconds: now * 1000 - age,
  id: randomUUID(),
  outcome: 'refused',
  code: 'ChallengeUsed',
  ...more,
});

const newConnector = (): string => `c-${randomUUID().slice(0, 8)}`;

/** Reads all pages, and checks that each keeps its limit. */
async function everything({ history }: Stores, connectorId: string, limit: number) {
  const entries: HistoryEntry[] = [];
  let before: string | undefined;
  for (let pages = 0; pages < 40; pages += 1) {
    const page = await history.list(connectorId, { limit, before }, now);
    expect(page.entries.length).toBeLessThanOrEqual(limit);
    entries.push(...page.entries);
    if (page.next === undefined) return entries;
    before = page.next;
  }
  throw new Error('the pages do not end');
}

const idsOf = (entries: readonly HistoryEntry[]) => entries.map(({ id }) => id);

describeStores('history', (stores) => {
  const record = (one: HistoryEntry, from: string = randomUUID()) =>
    stores().history.record(one, from);

  it('returns every member of a refusal', async () => {
    const connectorId = newConnector();
    const one = entry(connectorId, 0, {
      subject: 'CN=<b>device</b>',
      challengeId: 'one',
      enrolmentId: 'f',
      transactionId: 't',
    });
    await record(one);
    expect(await everything(stores(), connectorId, 10)).toEqual([one]);
  });

  it('shows issued certificates and refusals of the CA from their rows', async () => {
    const connectorId = newConnector();
    const own = stores().of(connectorId);
    const issued = await claimed(own, grantedRow({ connectorId }));
    const refused = await claimed(own, grantedRow({ connectorId }));
    const open = await claimed(own, grantedRow({ connectorId }));
    const certificate = certificateOf(issued);
    await own.attempts.settle({ ...issuing(certificate), nowMilliseconds: now * 1000 - 2 });
    await own.attempts.settle(refusing(refused, { nowMilliseconds: now * 1000 - 1 }));
    const row = {
      connectorId,
      subject: 'CN=device',
      challengeId: 'one',
      transactionId: 'a transaction',
    };
    const { certificateArn, serialHex, enrolmentId } = certificate;
    expect(await everything(stores(), connectorId, 10)).toEqual([
      {
        ...row,
        ...{ atMilliseconds: now * 1000 - 1, id: `${refused.enrolmentId}-1`, outcome: 'refused' },
        ...{ code: 'CertificateRefused', enrolmentId: refused.enrolmentId },
      },
      {
        ...row,
        ...{ atMilliseconds: now * 1000 - 2, id: `${enrolmentId}-1`, outcome: 'issued' },
        ...{ certificateArn, serialHex, enrolmentId },
      },
    ]);
    expect(open.state.status).toBe('granted');
  });

  it('shows an attempt once, even if a later one follows', async () => {
    const connectorId = newConnector();
    const own = stores().of(connectorId);
    const row = await claimed(own, grantedRow({ connectorId }));
    await own.attempts.settle(refusing(row));
    const { row: previous } = await own.enrolments.readKnown(row);
    await claimed(own, { ...row, attempt: 2 }, { previous });
    const [first] = await everything(stores(), connectorId, 10);
    expect(first).toMatchObject({ id: `${row.enrolmentId}-1`, atMilliseconds: now * 1000 });
    await own.attempts.settle({
      ...issuing(certificateOf({ ...row, attempt: 2 })),
      nowMilliseconds: now * 1000 + 1,
    });
    const both = await own.history.list(connectorId, { limit: 10 }, now + 1);
    expect(idsOf(both.entries)).toEqual([`${row.enrolmentId}-2`, `${row.enrolmentId}-1`]);
  });

  it('merges rows and refusals of several days by time, each once over all pages', async () => {
    const connectorId = newConnector();
    const own = stores().of(connectorId);
    const ids: string[] = [];
    for (const [at, age] of [0, 1, 2, day, day + 1, 3 * day, 29 * day].entries()) {
      if (at % 2 === 0) {
        const one = entry(connectorId, age);
        await record(one);
        ids.push(one.id);
      } else {
        const row = await claimed(own, grantedRow({ connectorId }));
        await own.attempts.settle(refusing(row, { nowMilliseconds: now * 1000 - age }));
        ids.push(`${row.enrolmentId}-1`);
      }
    }
    for (const limit of [1, 2, 3, 100])
      expect(idsOf(await everything(stores(), connectorId, limit))).toEqual(ids);
  });

  it('ends after thirty days', async () => {
    const connectorId = newConnector();
    await record(entry(connectorId, 45 * day));
    expect(await everything(stores(), connectorId, 10)).toEqual([]);
  });

  it('has one entry if it is recorded twice', async () => {
    const connectorId = newConnector();
    const one = entry(connectorId, 0);
    await record(one);
    await record(one);
    expect(await everything(stores(), connectorId, 10)).toEqual([one]);
  });

  it('is separate for each connector', async () => {
    const [one, other] = [newConnector(), newConnector()];
    await record(entry(one, 0));
    expect(await everything(stores(), other, 10)).toEqual([]);
  });

  it('refuses an invalid position', async () => {
    const list = stores().history.list(newConnector(), { limit: 1, before: 'x' }, now);
    await expect(list).rejects.toThrow('PositionUnreadable');
  });

  it('keeps a hundred refusals per source and day', async () => {
    const connectorId = newConnector();
    for (let at = 0; at < 103; at += 1) await record(entry(connectorId, at), source);
    const other = entry(connectorId, 200);
    await record(other, 'another');
    await record(entry(connectorId, day), source);
    const entries = await everything(stores(), connectorId, 1000);
    expect(entries).toHaveLength(102);
    expect(entries).toContainEqual(other);
  });

  it('keeps ten thousand refusals per connector and day', async () => {
    const connectorId = newConnector();
    await stores().fillRefusals(connectorId, 9_999);
    const [kept, dropped] = [entry(connectorId, 1), entry(connectorId, 0)];
    await record(kept);
    await record(dropped);
    expect(await everything(stores(), connectorId, 10)).toEqual([kept]);
  });

  const group = (connectorId: string, more: object = {}) =>
    ({ connectorId, code: 'UnsupportedAlgorithm', refused: 'SHA-1', source, ...more }) as const;
  const counted = {
    ...{ outcome: 'refused', code: 'UnsupportedAlgorithm', refused: 'SHA-1' },
    source: source.slice(0, 8),
  };

  it('shows the refusals of one kind and hour as one entry, with their count and last time', async () => {
    const connectorId = newConnector();
    const { history } = stores();
    await history.add(group(connectorId), 1, now * 1000);
    await history.add(group(connectorId), 40, now * 1000 + 1000);
    await history.add(group(connectorId), 7, now * 1000 - 3_600_000);
    expect(await everything(stores(), connectorId, 10)).toMatchObject([
      { ...counted, count: 41, atMilliseconds: now * 1000 + 1000 },
      { ...counted, count: 7, atMilliseconds: now * 1000 - 3_600_000 },
    ]);
  });

  it('shows groups page by page with the other entries, each once', async () => {
    const connectorId = newConnector();
    const { history } = stores();
    for (const code of ['SignatureInvalid', 'EnvelopeRefused', 'RecipientUnknown'])
      await history.add(group(connectorId, { code }), 2, now * 1000);
    const before = entry(connectorId, 3_700_000);
    await record(before);
    for (const limit of [1, 2, 100]) {
      const entries = await everything(stores(), connectorId, limit);
      expect(entries.map(({ code }) => code).toSorted()).toEqual([
        'ChallengeUsed',
        'EnvelopeRefused',
        'RecipientUnknown',
        'SignatureInvalid',
      ]);
      expect(entries.at(-1)).toEqual(before);
    }
  });

  it('sorts a page by time, although a group is listed at the end of its hour', async () => {
    const connectorId = newConnector();
    await stores().history.add(group(connectorId), 2, now * 1000 - 2000);
    const later = entry(connectorId, 1000);
    await record(later);
    const [first, second] = await everything(stores(), connectorId, 10);
    expect([first, second?.code]).toEqual([later, 'UnsupportedAlgorithm']);
  });

  it('keeps a thousand groups per connector and day, and one more per code for all other sources', async () => {
    const connectorId = newConnector();
    const { history } = stores();
    await stores().fillGroups(connectorId, 999);
    const from = (at: number) => group(connectorId, { source: `stranger-${at}` });
    for (let at = 0; at < 4; at += 1) await history.add(from(at), 1, now * 1000);
    const entries = await everything(stores(), connectorId, 10);
    expect(entries.map((one) => one.count).toSorted()).toEqual([1, 3]);
    expect(entries.map((one) => one.source).toSorted()).toEqual(['others', 'stranger']);
  });

  it('returns whether a refusal was kept', async () => {
    const connectorId = newConnector();
    await stores().fillRefusals(connectorId, 9_999);
    expect(await record(entry(connectorId, 1))).toBe(true);
    expect(await record(entry(connectorId, 0))).toBe(false);
  });
});

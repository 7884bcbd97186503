import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoHistory } from '../../lambda/aws/dynamo-history.ts';
import type { History, HistoryEntry } from '../../lambda/ports.ts';
import { memoryHistory } from '../fakes/memory-history.ts';
import { emulatedTable } from './dynamo.ts';

const nowSeconds = 1_800_000_000;
const day = 86_400_000;

const entry = (
  connectorId: string,
  age: number,
  more: Partial<HistoryEntry> = {},
): HistoryEntry => ({
  connectorId,
  atMilliseconds: nowSeconds * 1000 - age,
  id: randomUUID(),
  outcome: 'refused',
  code: 'ChallengeUsed',
  ...more,
});

/** What every history must do, in memory and in DynamoDB alike. */
function historyContract(history: () => History): void {
  const connectorOf = (): string => `c-${randomUUID().slice(0, 8)}`;
  const everything = async (connectorId: string, limit: number) => {
    const ids: string[] = [];
    let before: string | undefined;
    for (let pages = 0; pages < 40; pages += 1) {
      const page = await history().list(connectorId, { limit, before }, nowSeconds);
      expect(page.entries.length).toBeLessThanOrEqual(limit);
      ids.push(...page.entries.map(({ id }) => id));
      if (page.next === undefined) return ids;
      before = page.next;
    }
    throw new Error('the pages do not end');
  };

  it('gives back what was recorded, whole', async () => {
    const connectorId = connectorOf();
    const issued = entry(connectorId, 0, {
      outcome: 'issued',
      code: undefined,
      subject: 'CN=<b>device</b>',
      serialHex: '0a',
      certificateArn: 'arn:aws:acm-pca:x',
      challengeId: 'one',
      enrolmentId: 'f',
      transactionId: 't',
    });
    await history().record(issued);
    const { entries } = await history().list(connectorId, { limit: 10 }, nowSeconds);
    const { code: _, ...expected } = issued;
    expect(entries).toEqual([expected]);
  });

  it('shows the newest first, over days, page by page and each once', async () => {
    const connectorId = connectorOf();
    const ages = [0, 1, 2, day, day + 1, 3 * day, 45 * day];
    const recorded = ages.map((age) => entry(connectorId, age));
    for (const one of [...recorded].reverse()) await history().record(one);
    const newestFirst = recorded.map(({ id }) => id);
    for (const limit of [1, 2, 3, 100])
      expect(await everything(connectorId, limit)).toEqual(newestFirst);
  });

  it('is the same entry when it is recorded twice', async () => {
    const connectorId = connectorOf();
    const one = entry(connectorId, 0);
    await history().record(one);
    await history().record(one);
    expect(await everything(connectorId, 10)).toEqual([one.id]);
  });

  it('shows a connector its own', async () => {
    const [one, other] = [connectorOf(), connectorOf()];
    await history().record(entry(one, 0));
    expect(await everything(other, 10)).toEqual([]);
  });

  it('refuses a position that is none', async () => {
    const list = history().list(connectorOf(), { limit: 1, before: 'x' }, nowSeconds);
    await expect(list).rejects.toThrow('PositionUnreadable');
  });
}

describe('history in memory', () => {
  const history = memoryHistory();
  historyContract(() => history);
});

describe('history in DynamoDB', () => {
  let table: Awaited<ReturnType<typeof emulatedTable>>;
  beforeAll(async () => {
    table = await emulatedTable('history');
  });
  afterAll(() => table.stop());
  historyContract(() => dynamoHistory(table.client, table.table));
});

import { describe, expect, it } from 'vitest';
import { findLost } from '../../../lambda/issuance/find-lost.ts';
import { toIdempotencyToken } from '../../../lambda/issuance/order.ts';
import type { RecordedIssuance } from '../../../lambda/ports/issuance-log.ts';
import { claimed, grantedRow, refusing } from '../../contract/samples.ts';
import { memoryStores, now } from '../../contract/stores.ts';
import { memoryTables } from '../../support/fakes/memory-tables.ts';

const minute = 60;
const hour = 3600;

/** A service with lost attempts, and CloudTrail's record by minute. */
function service() {
  const tables = memoryTables();
  const stores = memoryStores(tables);
  const time = { milliseconds: now * 1000 };
  const record = new Map<number, RecordedIssuance[]>();
  const read: number[] = [];
  const clock = {
    nowSeconds: () => Math.floor(time.milliseconds / 1000),
    nowMilliseconds: () => time.milliseconds,
    sleep: async () => {},
  };
  const issuanceLog = {
    between: async (fromSeconds: number, toSeconds: number) => {
      expect(toSeconds - fromSeconds).toBe(minute);
      read.push(fromSeconds);
      time.milliseconds += 15_000;
      return record.get(fromSeconds) ?? [];
    },
  };
  const lostRow = async (askedAtSeconds: number, connectorId = 'test') => {
    const own = connectorId === 'test' ? stores : stores.of(connectorId);
    const row = await claimed(own, grantedRow({ connectorId }));
    await own.attempts.requestSearch(row, { askedAtSeconds }, askedAtSeconds + 21 * minute);
    return row;
  };
  const shows = (atSeconds: number, ...issuances: readonly RecordedIssuance[]) => {
    const at = Math.floor(atSeconds / minute) * minute;
    record.set(at, [...(record.get(at) ?? []), ...issuances]);
  };
  const find = (seconds = 3600) => {
    const endsAtMilliseconds = time.milliseconds + seconds * 1000;
    return findLost({ lost: stores.lost, issuanceLog, clock, endsAtMilliseconds });
  };
  const searchOf = async (row: { enrolmentId: string; attempt: number; connectorId: string }) => {
    const own = row.connectorId === 'test' ? stores : stores.of(row.connectorId);
    const state = (await own.attempts.read(row)).row?.state;
    return state && 'search' in state ? state.search : undefined;
  };
  return { tables, stores, time, read, lostRow, shows, find, searchOf };
}

describe('the finder', () => {
  it('reads nothing while no attempt is lost', async () => {
    const { find, read } = service();
    expect(await find()).toEqual({ searched: 0, reported: 0, left: 0 });
    expect(read).toEqual([]);
  });

  it('reads only the minutes in which the CA may have received the request', async () => {
    const { find, read, lostRow } = service();
    const askedAt = now - hour;
    await lostRow(askedAt);
    await find();
    expect(Math.min(...read)).toBeLessThanOrEqual(askedAt - minute);
    expect(Math.min(...read)).toBeGreaterThan(askedAt - 2 * minute - 1);
    expect(Math.max(...read) + minute).toBeGreaterThanOrEqual(askedAt + 6 * minute);
    expect(Math.max(...read)).toBeLessThan(askedAt + 6 * minute);
  });

  it('reads each minute once, the oldest first, for all connectors', async () => {
    const { find, read, lostRow } = service();
    const askedAt = now - hour;
    for (let at = 0; at < 100; at += 1) await lostRow(askedAt + at, at % 2 ? 'other' : 'test');
    expect(await find()).toMatchObject({ searched: 100, left: 0 });
    expect(new Set(read).size).toBe(read.length);
    expect(read).toEqual(read.toSorted((one, two) => one - two));
    expect(read.length).toBeLessThanOrEqual(10);
  });

  it('reports only the certificate with the attempt’s own token', async () => {
    const { find, lostRow, shows, searchOf, stores } = service();
    const askedAt = now - hour;
    const [one, two] = [await lostRow(askedAt), await lostRow(askedAt, 'other')];
    shows(askedAt, { certificateArn: 'arn:one', idempotencyToken: toIdempotencyToken(one) });
    shows(askedAt, { certificateArn: 'arn:nameless' });
    shows(askedAt + minute, {
      certificateArn: 'arn:two',
      idempotencyToken: toIdempotencyToken(two),
    });
    expect(await find()).toMatchObject({ searched: 2, reported: 2 });
    expect((await searchOf(one))?.candidates).toEqual(['arn:one']);
    expect((await searchOf(two))?.candidates).toEqual(['arn:two']);
    const due = await stores.due.due(now + hour, 10);
    expect(due.map(({ enrolmentId }) => enrolmentId)).toContain(one.enrolmentId);
  });

  it('reports events without request parameters as candidates', async () => {
    const { find, lostRow, shows, searchOf } = service();
    const askedAt = now - hour;
    const row = await lostRow(askedAt);
    shows(askedAt, { certificateArn: 'arn:other', idempotencyToken: 'another token' });
    shows(askedAt, { certificateArn: 'arn:one' }, { certificateArn: 'arn:two' });
    shows(askedAt, { certificateArn: 'arn:one' });
    await find();
    expect((await searchOf(row))?.candidates).toEqual(['arn:one', 'arn:two']);
  });

  it('finds two hundred certificates that were lost at once, while the CA issues 25 per second', async () => {
    const { find, lostRow, shows, searchOf, read } = service();
    const askedAt = Math.floor((now - hour) / minute) * minute;
    const rows = [];
    for (let at = 0; at < 200; at += 1) rows.push(await lostRow(askedAt + (at % 8)));
    for (const [at, row] of rows.entries())
      shows(askedAt, { certificateArn: `arn:${at}`, idempotencyToken: toIdempotencyToken(row) });
    for (let at = 0; at < 7 * 60 * 25; at += 1)
      shows(askedAt + at / 25, { certificateArn: `arn:x${at}`, idempotencyToken: `other ${at}` });
    expect(await find(240)).toEqual({ searched: 200, reported: 200, left: 0 });
    expect(read.length).toBeLessThanOrEqual(9);
    for (const [at, row] of rows.entries())
      expect((await searchOf(row))?.candidates).toEqual([`arn:${at}`]);
  });

  it('reports no more candidates than fit into a row', async () => {
    const { find, lostRow, shows, searchOf } = service();
    const row = await lostRow(now - hour);
    shows(now - hour, ...Array.from({ length: 80 }, (_, at) => ({ certificateArn: `arn:${at}` })));
    await find();
    expect((await searchOf(row))?.candidates).toHaveLength(50);
  });

  it('searches once more two hours after the request, if it found nothing', async () => {
    const { find, lostRow, searchOf, tables } = service();
    const askedAt = now - hour;
    const row = await lostRow(askedAt);
    expect(await find()).toMatchObject({ searched: 1, reported: 0 });
    expect(tables.rows.get(`test#${row.enrolmentId}`)?.due).toEqual({
      of: 'lost',
      atSeconds: askedAt + 2 * hour,
    });
    expect((await searchOf(row))?.searchedAtSeconds).toBe(now);
  });

  it('leaves the attempt to Certify once it has searched two hours without a result', async () => {
    const { find, lostRow, searchOf, stores } = service();
    const row = await lostRow(now - 2 * hour);
    expect(await find()).toMatchObject({ searched: 1, reported: 1 });
    expect(await searchOf(row)).toEqual({ askedAtSeconds: now - 2 * hour, searchedAtSeconds: now });
    expect(await stores.due.due(now + hour, 10)).toHaveLength(1);
  });

  it('stops at the end of its time, and leaves the rest due', async () => {
    const { find, lostRow, read, stores, time } = service();
    await lostRow(now - 2 * hour);
    await lostRow(now - hour);
    expect(await find(170)).toEqual({ searched: 1, reported: 1, left: 1 });
    const { length } = read;
    expect(await stores.lost.due(Math.floor(time.milliseconds / 1000), 10)).toHaveLength(1);
    expect(await find()).toMatchObject({ searched: 1, left: 0 });
    expect(read.length).toBeGreaterThan(length);
  });

  it('begins no minute that it cannot finish', async () => {
    const { find, lostRow, read } = service();
    await lostRow(now - hour);
    expect(await find(29)).toEqual({ searched: 0, reported: 0, left: 1 });
    expect(read).toEqual([]);
  });

  it('reports nothing if it did not read the whole record', async () => {
    const { stores, lostRow, searchOf, time } = service();
    const row = await lostRow(now - 2 * hour);
    const issuanceLog = { between: async () => Promise.reject(new Error('IssuanceLogTooLong')) };
    const clock = {
      nowSeconds: () => Math.floor(time.milliseconds / 1000),
      nowMilliseconds: () => time.milliseconds,
      sleep: async () => {},
    };
    const endsAtMilliseconds = time.milliseconds + 240_000;
    const found = findLost({ lost: stores.lost, issuanceLog, clock, endsAtMilliseconds });
    await expect(found).rejects.toThrow('IssuanceLogTooLong');
    expect(await searchOf(row)).toEqual({ askedAtSeconds: now - 2 * hour });
  });

  it('searches for a refused attempt’s certificate every hour for a day', async () => {
    const { find, stores, searchOf, time, tables } = service();
    const row = await claimed(stores);
    const askedAtSeconds = now - 2 * hour;
    const { sealedGrant } = row.state;
    const state = { code: 'CertificateLost' as const, search: { askedAtSeconds }, sealedGrant };
    await stores.attempts.settle(refusing(row, {}, state));
    time.milliseconds += hour * 1000;
    expect(await find()).toMatchObject({ searched: 1, reported: 0 });
    const due = tables.rows.get(`test#${row.enrolmentId}`)?.due;
    expect(due).toEqual({ of: 'lost', atSeconds: now + 2 * hour });
    time.milliseconds = (askedAtSeconds + 26 * hour) * 1000;
    expect(await find()).toMatchObject({ searched: 1, reported: 1 });
    expect((await searchOf(row))?.candidates).toBeUndefined();
  });
});

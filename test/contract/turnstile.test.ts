import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoTurnstile } from '../../lambda/aws/dynamo-turnstile.ts';
import type { Turnstile } from '../../lambda/ports.ts';
import { memoryTurnstile } from '../fakes/memory-turnstile.ts';
import { emulatedTable } from './dynamo.ts';

const now = 1_800_000_000_000;

/** What every turnstile of 25 a second must do, in memory and in DynamoDB alike. */
function turnstileContract(fresh: () => Turnstile): void {
  it('lets the first go at once', async () => {
    expect(await fresh().take(now)).toBe(now);
  });

  it('gives everybody a turn of its own, 40 ms apart, however many come at once', async () => {
    const turnstile = fresh();
    const turns = await Promise.all(Array.from({ length: 20 }, () => turnstile.take(now)));
    expect(turns.toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, at) => now + at * 40),
    );
  });

  it('keeps no turns for those who did not come', async () => {
    const turnstile = fresh();
    await turnstile.take(now);
    expect(await turnstile.take(now + 60_000)).toBe(now + 60_000);
  });

  it('tells how long the queue is, and takes nothing by telling', async () => {
    const turnstile = fresh();
    await turnstile.take(now);
    await turnstile.take(now);
    expect([await turnstile.next(), await turnstile.next()]).toEqual([now + 80, now + 80]);
  });

  it('is in the past before anybody came', async () => {
    expect(await fresh().next()).toBeLessThan(now);
  });
}

describe('the turnstile in memory', () => {
  turnstileContract(() => memoryTurnstile(25));
});

describe('the turnstile in DynamoDB', () => {
  let table: Awaited<ReturnType<typeof emulatedTable>>;
  let connectors = 0;
  beforeAll(async () => {
    table = await emulatedTable();
  });
  afterAll(() => table.stop());
  turnstileContract(() => {
    connectors += 1;
    const options = { perSecond: 25, nowMilliseconds: () => now };
    return dynamoTurnstile(table.client, table.table, `test-${connectors}`, options);
  });
});

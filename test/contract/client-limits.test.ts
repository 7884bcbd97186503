import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoClientLimits } from '../../lambda/aws/dynamo-client-limits.ts';
import { allowance } from '../../lambda/policy/client-allowance.ts';
import type { ClientLimit, ClientLimits } from '../../lambda/ports/envelopes.ts';
import { memorySourceLimit } from '../support/fakes/memory-envelopes.ts';
import { emulatedTable } from './dynamo.ts';
import { watchedClient } from './watched-client.ts';

/** Midnight, UTC. */
const midnight = 1_800_057_600;
const { perClient, perConnector, perClientWhenReduced } = allowance;

/** A clock, and the limit of a new connector. */
interface Subject {
  readonly time: { seconds: number };
  readonly fresh: () => ClientLimit;
}

const charge = async (limit: ClientLimit, source: string, times: number): Promise<void> => {
  for (let time = 0; time < times; time += 1) await limit.recordFailure(source);
};

/** Counts the failures of a day on the connector, each from its own source. */
const flood = (limit: ClientLimit): Promise<unknown> =>
  Promise.all(
    Array.from({ length: perConnector }, (_, stranger) =>
      limit.recordFailure(`stranger ${stranger}`),
    ),
  );

/** The contract of every limit, in memory and in DynamoDB. */
function limitContract({ time, fresh }: Subject): void {
  it('is open to a source up to its allowance, and stays open to others', async () => {
    const limit = fresh();
    await charge(limit, 'one', perClient - 1);
    const before = await limit.allows('one');
    await limit.recordFailure('one');
    expect([before, await limit.allows('one'), await limit.allows('other')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('is open again in the next hour', async () => {
    const limit = fresh();
    await charge(limit, 'one', perClient);
    const before = await limit.allows('one');
    time.seconds += 3600;
    expect([before, await limit.allows('one')]).toEqual([false, true]);
  });

  it('counts concurrent failures one by one', async () => {
    const limit = fresh();
    await Promise.all(Array.from({ length: perClient }, () => limit.recordFailure('one')));
    expect(await limit.allows('one')).toBe(false);
  });

  it('lowers every source’s allowance once the connector had many failures, and stays open to new sources', async () => {
    const limit = fresh();
    await flood(limit);
    await charge(limit, 'one', perClientWhenReduced - 1);
    const before = await limit.allows('one');
    await limit.recordFailure('one');
    expect([before, await limit.allows('one'), await limit.allows('clean')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('restores the allowance on the next day', async () => {
    const limit = fresh();
    await flood(limit);
    time.seconds = midnight + 86_400;
    await charge(limit, 'one', perClientWhenReduced);
    expect(await limit.allows('one')).toBe(true);
  });
}

describe('a budget of sources in memory', () => {
  const time = { seconds: midnight };
  limitContract({
    time,
    fresh: () => {
      time.seconds = midnight + 60;
      return memorySourceLimit(() => time.seconds);
    },
  });
});

describe('a budget of sources in DynamoDB', () => {
  const time = { seconds: midnight };
  let table: Awaited<ReturnType<typeof emulatedTable>>;
  let connectors = 0;
  beforeAll(async () => {
    table = await emulatedTable();
  });
  afterAll(() => table.stop());
  const nowSeconds = () => time.seconds;
  const of = (connectorId: string, budget: keyof ClientLimits = 'decryptions') =>
    createDynamoClientLimits(table.client, table.table, { connectorId, nowSeconds })[budget];
  const next = (): string => {
    connectors += 1;
    time.seconds = midnight + 60;
    return `test-${connectors}`;
  };
  limitContract({ time, fresh: () => of(next()) });

  it('is shared by all functions of a connector within a minute', async () => {
    const connectorId = next();
    const [one, other] = [of(connectorId), of(connectorId)];
    expect(await other.allows('source')).toBe(true);
    await charge(one, 'source', perClient);
    time.seconds += 60;
    expect(await other.allows('source')).toBe(false);
  });

  it('is current at once for a function that counts a failure itself', async () => {
    const connectorId = next();
    const [one, other] = [of(connectorId), of(connectorId)];
    await other.allows('source');
    await charge(one, 'source', perClient);
    await other.recordFailure('another');
    expect(await other.allows('source')).toBe(false);
  });

  it('keeps connectors separate', async () => {
    await charge(of(next()), 'source', perClient);
    expect(await of(next()).allows('source')).toBe(true);
  });

  it('keeps budgets separate', async () => {
    const connectorId = next();
    await charge(of(connectorId), 'source', perClient);
    const others = (['guesses', 'validations'] as const).map((budget) =>
      of(connectorId, budget).allows('source'),
    );
    expect(await Promise.all(others)).toEqual([true, true]);
  });

  it('reads DynamoDB once a minute while no decryption fails, and writes nothing', async () => {
    const { client, calls } = watchedClient(table.client);
    const options = { connectorId: next(), nowSeconds };
    const limit = createDynamoClientLimits(client, table.table, options).decryptions;
    for (const source of ['one', 'two', 'three']) await limit.allows(source);
    time.seconds += 60;
    await limit.allows('one');
    expect(calls).toEqual(['GetItem', 'GetItem']);
  });

  it('reads nothing more for a source over its allowance, until the hour ends', async () => {
    const { client, calls } = watchedClient(table.client);
    const options = { connectorId: next(), nowSeconds };
    const limit = createDynamoClientLimits(client, table.table, options).decryptions;
    await charge(limit, 'one', perClient);
    expect(await limit.allows('one')).toBe(false);
    calls.length = 0;
    time.seconds += 120;
    expect(await limit.allows('one')).toBe(false);
    expect(calls).toEqual([]);
    time.seconds += 3600;
    expect(await limit.allows('one')).toBe(true);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoSourceLimits } from '../../lambda/aws/dynamo-source-limit.ts';
import { allowance } from '../../lambda/policy/source-allowance.ts';
import type { SourceLimit, SourceLimits } from '../../lambda/ports/envelopes.ts';
import { memorySourceLimit } from '../support/fakes/memory-envelopes.ts';
import { emulatedTable } from './dynamo.ts';

/** Midnight, UTC. */
const midnight = 1_800_057_600;
const { ofSource, ofConnector, ofSourceThen } = allowance;

/** A clock, and the limit of a new connector. */
interface Subject {
  readonly time: { seconds: number };
  readonly fresh: () => SourceLimit;
}

const charge = async (limit: SourceLimit, source: string, times: number): Promise<void> => {
  for (let time = 0; time < times; time += 1) await limit.chargeTo(source);
};

/** Counts the failures of a day on the connector, each from its own source. */
const flood = (limit: SourceLimit): Promise<unknown> =>
  Promise.all(
    Array.from({ length: ofConnector }, (_, stranger) => limit.chargeTo(`stranger ${stranger}`)),
  );

/** The contract of every limit, in memory and in DynamoDB alike. */
function limitContract({ time, fresh }: Subject): void {
  it('is open to a source up to its allowance, and stays open to others', async () => {
    const limit = fresh();
    await charge(limit, 'one', ofSource - 1);
    const before = await limit.isOpenTo('one');
    await limit.chargeTo('one');
    expect([before, await limit.isOpenTo('one'), await limit.isOpenTo('other')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('is open again in the next hour', async () => {
    const limit = fresh();
    await charge(limit, 'one', ofSource);
    const before = await limit.isOpenTo('one');
    time.seconds += 3600;
    expect([before, await limit.isOpenTo('one')]).toEqual([false, true]);
  });

  it('counts concurrent failures one by one', async () => {
    const limit = fresh();
    await Promise.all(Array.from({ length: ofSource }, () => limit.chargeTo('one')));
    expect(await limit.isOpenTo('one')).toBe(false);
  });

  it('lowers every source’s allowance once the connector had many failures, and stays open to new sources', async () => {
    const limit = fresh();
    await flood(limit);
    await charge(limit, 'one', ofSourceThen - 1);
    const before = await limit.isOpenTo('one');
    await limit.chargeTo('one');
    expect([before, await limit.isOpenTo('one'), await limit.isOpenTo('clean')]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('restores the allowance on the next day', async () => {
    const limit = fresh();
    await flood(limit);
    time.seconds = midnight + 86_400;
    await charge(limit, 'one', ofSourceThen);
    expect(await limit.isOpenTo('one')).toBe(true);
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
  const of = (connectorId: string, budget: keyof SourceLimits = 'decryptions') =>
    dynamoSourceLimits(table.client, table.table, { connectorId, nowSeconds })[budget];
  const next = (): string => {
    connectors += 1;
    time.seconds = midnight + 60;
    return `test-${connectors}`;
  };
  limitContract({ time, fresh: () => of(next()) });

  it('is shared by all functions of a connector within a minute', async () => {
    const connectorId = next();
    const [one, other] = [of(connectorId), of(connectorId)];
    expect(await other.isOpenTo('source')).toBe(true);
    await charge(one, 'source', ofSource);
    time.seconds += 60;
    expect(await other.isOpenTo('source')).toBe(false);
  });

  it('is current at once for a function that counts a failure itself', async () => {
    const connectorId = next();
    const [one, other] = [of(connectorId), of(connectorId)];
    await other.isOpenTo('source');
    await charge(one, 'source', ofSource);
    await other.chargeTo('another');
    expect(await other.isOpenTo('source')).toBe(false);
  });

  it('keeps connectors separate', async () => {
    await charge(of(next()), 'source', ofSource);
    expect(await of(next()).isOpenTo('source')).toBe(true);
  });

  it('keeps budgets apart', async () => {
    const connectorId = next();
    await charge(of(connectorId), 'source', ofSource);
    const others = (['guesses', 'validations'] as const).map((budget) =>
      of(connectorId, budget).isOpenTo('source'),
    );
    expect(await Promise.all(others)).toEqual([true, true]);
  });

  /** The table's client; `calls` gets the name of each call. */
  const watched = (calls: string[]): typeof table.client =>
    new Proxy(table.client, {
      get: (target, name) =>
        name === 'send'
          ? (command: { constructor: { name: string } }) => {
              calls.push(command.constructor.name);
              return target.send(command as never);
            }
          : Reflect.get(target, name),
    });

  it('reads DynamoDB once a minute while no decryption fails, and writes nothing', async () => {
    const calls: string[] = [];
    const client = watched(calls);
    const options = { connectorId: next(), nowSeconds };
    const limit = dynamoSourceLimits(client, table.table, options).decryptions;
    for (const source of ['one', 'two', 'three']) await limit.isOpenTo(source);
    time.seconds += 60;
    await limit.isOpenTo('one');
    expect(calls).toEqual(['GetItemCommand', 'GetItemCommand']);
  });

  it('reads nothing more of a source that is over, until the hour ends', async () => {
    const calls: string[] = [];
    const client = watched(calls);
    const options = { connectorId: next(), nowSeconds };
    const limit = dynamoSourceLimits(client, table.table, options).decryptions;
    await charge(limit, 'one', ofSource);
    expect(await limit.isOpenTo('one')).toBe(false);
    calls.length = 0;
    time.seconds += 120;
    expect(await limit.isOpenTo('one')).toBe(false);
    expect(calls).toEqual([]);
    time.seconds += 3600;
    expect(await limit.isOpenTo('one')).toBe(true);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoEnvelopeLimit } from '../../lambda/aws/dynamo-envelope-limit.ts';
import { allowance } from '../../lambda/policy/decryption-allowance.ts';
import type { EnvelopeLimit } from '../../lambda/ports.ts';
import { memoryEnvelopeLimit } from '../fakes/memory-envelopes.ts';
import { emulatedTable } from './dynamo.ts';

/** Midnight, UTC. */
const midnight = 1_800_057_600;
const { ofSource, ofConnector, ofSourceThen } = allowance;

/** A clock, and the limit of a new connector. */
interface Subject {
  readonly time: { seconds: number };
  readonly fresh: () => EnvelopeLimit;
}

const charge = async (limit: EnvelopeLimit, source: string, times: number): Promise<void> => {
  for (let time = 0; time < times; time += 1) await limit.chargeTo(source);
};

/** Counts a day's failures on the connector, each from another source. */
const flood = (limit: EnvelopeLimit): Promise<unknown> =>
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

describe('the limit on bad envelopes in memory', () => {
  const time = { seconds: midnight };
  limitContract({
    time,
    fresh: () => {
      time.seconds = midnight + 60;
      return memoryEnvelopeLimit(() => time.seconds);
    },
  });
});

describe('the limit on bad envelopes in DynamoDB', () => {
  const time = { seconds: midnight };
  let table: Awaited<ReturnType<typeof emulatedTable>>;
  let connectors = 0;
  beforeAll(async () => {
    table = await emulatedTable();
  });
  afterAll(() => table.stop());
  const nowSeconds = () => time.seconds;
  const of = (connectorId: string) =>
    dynamoEnvelopeLimit(table.client, table.table, { connectorId, nowSeconds });
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

  it('reads DynamoDB once a minute while no decryption fails, and writes nothing', async () => {
    const calls: string[] = [];
    const client = new Proxy(table.client, {
      get: (target, name) =>
        name === 'send'
          ? (command: { constructor: { name: string } }) => {
              calls.push(command.constructor.name);
              return target.send(command as never);
            }
          : Reflect.get(target, name),
    });
    const limit = dynamoEnvelopeLimit(client, table.table, { connectorId: next(), nowSeconds });
    for (const source of ['one', 'two', 'three']) await limit.isOpenTo(source);
    time.seconds += 60;
    await limit.isOpenTo('one');
    expect(calls).toEqual(['GetItemCommand', 'GetItemCommand']);
  });
});

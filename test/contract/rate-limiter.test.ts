import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoNextTurn } from '../../lambda/aws/dynamo-rate-limiter.ts';
import { newEnrolmentId } from './samples.ts';
import { describeStores, dynamoStores, now, perSecond, startTables, tables } from './stores.ts';
import { watchedClient } from './watched-client.ts';

const milliseconds = now * 1000;
const between = 1000 / perSecond;

describeStores('the rate limiter', (stores) => {
  /** Every test has an hour of its own, because there is one queue. */
  let hour = milliseconds;
  const laterNow = (): number => {
    hour += 3_600_000;
    return hour;
  };

  it('gives the current slot while no request queues', async () => {
    const at = laterNow();
    expect(await stores().rateLimiter.take(at, 0)).toBe(at);
    expect(await stores().rateLimiter.take(at + between, 0)).toBe(at + between);
  });

  it('gives each of a burst a slot of its own, as far apart as the quota wants', async () => {
    const at = laterNow();
    const turns: number[] = [];
    for (let taken = 0; taken < 10; taken += 1)
      turns.push(await stores().rateLimiter.take(at, turns.length === 0 ? 0 : at + 1));
    expect(turns).toEqual(Array.from({ length: 10 }, (_, place) => at + place * between));
  });

  it('gives requests that come at once slots of their own', async () => {
    const at = laterNow();
    const turns = await Promise.all([1, 2, 3, 4].map(() => stores().rateLimiter.take(at, 0)));
    expect(turns.toSorted((a, b) => a - b)).toEqual(
      [0, 1, 2, 3].map((place) => at + place * between),
    );
  });

  it('takes no harm from a read that was wrong either way', async () => {
    const at = laterNow();
    expect(await stores().rateLimiter.take(at, at + 60_000)).toBe(at);
    expect(await stores().rateLimiter.take(at, 0)).toBe(at + between);
  });

  it('shows the queue with what is known', async () => {
    const at = laterNow();
    await stores().rateLimiter.take(at, 0);
    await stores().rateLimiter.take(at, at + between);
    const known = await stores().enrolments.readKnown({ enrolmentId: newEnrolmentId() });
    expect(known.nextTurnAtMilliseconds).toBe(at + 2 * between);
  });

  it('is one queue of all connectors', async () => {
    const at = laterNow();
    await stores().rateLimiter.take(at, 0);
    expect(
      await stores()
        .of('other')
        .rateLimiter.take(at, at + 1),
    ).toBe(at + between);
  });
});

describe('the rate limiter in DynamoDB', () => {
  let running: Awaited<ReturnType<typeof startTables>>;
  beforeAll(async () => {
    running = await startTables();
  });
  afterAll(() => running.stop());

  it('is one write if the queue is as it was read', async () => {
    const { client, calls } = watchedClient(running.client);
    const { rateLimiter } = dynamoStores(client);
    await rateLimiter.take(milliseconds, 0);
    await rateLimiter.take(milliseconds, milliseconds + between);
    expect(calls).toEqual(['UpdateItem', 'UpdateItem']);
  });

  it('is read without taking a turn', async () => {
    const { rateLimiter } = dynamoStores(running.client);
    const at = milliseconds + 3_600_000;
    await rateLimiter.take(at, 0);
    const nextTurn = dynamoNextTurn(running.client, tables.certificates);
    expect([await nextTurn(), await nextTurn()]).toEqual([at + between, at + between]);
  });
});

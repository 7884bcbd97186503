import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoNextTurn } from '../../lambda/aws/dynamo-rate-limiter.ts';
import { newEnrolmentId } from './samples.ts';
import { describeStores, dynamoStores, now, perSecond, startTables, tables } from './stores.ts';
import { watchedClient } from './watched-client.ts';

const milliseconds = now * 1000;
const between = 1000 / perSecond;

describeStores('the rate limiter', (stores) => {
  /** Every test uses a different hour, because there is one queue. */
  let hour = milliseconds;
  const laterNow = (): number => {
    hour += 3_600_000;
    return hour;
  };

  it('gives the current turn while the queue is empty', async () => {
    const at = laterNow();
    expect(await stores().rateLimiter.take(at, 0)).toBe(at);
    expect(await stores().rateLimiter.take(at + between, 0)).toBe(at + between);
  });

  it('spreads a burst over turns at the quota’s rate', async () => {
    const at = laterNow();
    const turns: number[] = [];
    for (let taken = 0; taken < 10; taken += 1)
      turns.push(await stores().rateLimiter.take(at, turns.length === 0 ? 0 : at + 1));
    expect(turns).toEqual(Array.from({ length: 10 }, (_, place) => at + place * between));
  });

  it('gives concurrent requests different turns', async () => {
    const at = laterNow();
    const turns = await Promise.all([1, 2, 3, 4].map(() => stores().rateLimiter.take(at, 0)));
    expect(turns.toSorted((a, b) => a - b)).toEqual(
      [0, 1, 2, 3].map((place) => at + place * between),
    );
  });

  it('works with an outdated read of the queue', async () => {
    const at = laterNow();
    expect(await stores().rateLimiter.take(at, at + 60_000)).toBe(at);
    expect(await stores().rateLimiter.take(at, 0)).toBe(at + between);
  });

  it('shows the queue beside the row', async () => {
    const at = laterNow();
    await stores().rateLimiter.take(at, 0);
    await stores().rateLimiter.take(at, at + between);
    const known = await stores().enrolments.readKnown({ enrolmentId: newEnrolmentId() });
    expect(known.nextTurnAtMilliseconds).toBe(at + 2 * between);
  });

  it('has one queue for all connectors', async () => {
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

  it('needs one write if the read of the queue is current', async () => {
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
    const nextTurn = createDynamoNextTurn(running.client, tables.certificates);
    expect([await nextTurn(), await nextTurn()]).toEqual([at + between, at + between]);
  });
});

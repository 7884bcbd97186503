import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createRandom, createUnreliability } from '../../../lib/local/unreliable.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const starts = 400;

/** Starts many executions. Returns how often each ran, how late, and how many runs were aborted. */
const collectFates = async (seed: string) => {
  const { deliver } = createUnreliability(seed, () => {});
  let aborted = 0;
  const abort = () => {
    aborted += 1;
  };
  const runs = Array.from({ length: starts }, (): number[] => []);
  const startedAt = Date.now();
  for (const own of runs)
    deliver(() => {
      own.push(Date.now() - startedAt);
      return { abort };
    });
  await vi.advanceTimersByTimeAsync(10_000);
  return { runs, aborted };
};

describe('an unreliable stack', () => {
  it('runs most executions once, and some twice, late, never or incompletely', async () => {
    const { runs, aborted } = await collectFates('one');
    const count = (matches: (own: readonly number[]) => boolean) => runs.filter(matches).length;
    expect(count((own) => own.length === 1 && own[0] === 0)).toBeGreaterThan(starts / 2);
    expect(count((own) => own.length === 2)).toBeGreaterThan(0);
    expect(count((own) => own.length === 0)).toBeGreaterThan(0);
    expect(count((own) => own.length === 1 && Number(own[0]) > 0)).toBeGreaterThan(0);
    expect(aborted).toBeGreaterThan(0);
  });

  it('makes the same choices for the same seed, and different ones for another', async () => {
    expect(await collectFates('one')).toEqual(await collectFates('one'));
    expect(await collectFates('one')).not.toEqual(await collectFates('two'));
  });

  it('draws for one purpose independently of the others', () => {
    const first = createRandom('one', 'DynamoDB');
    const alone = [first(), first()];
    const { dynamoDb, deliver } = createUnreliability('one', () => {});
    const before = dynamoDb.random();
    deliver(() => undefined);
    expect([before, dynamoDb.random()]).toEqual(alone);
  });
});

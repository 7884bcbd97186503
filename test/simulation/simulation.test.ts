import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { intuneSabotages, sabotages } from './sabotages.ts';
import { type Family, runSeed, type SimulationOptions } from './seed.ts';

/** `npm run simulate` runs thousands of them. */
const seeds: Readonly<Record<Family, number>> = { plain: 40, later: 12, restored: 12 };
const intuneSeeds = 20;

/** The first seed that fails, of so many. */
async function firstViolation(
  count: number,
  options: SimulationOptions = {},
): Promise<string | undefined> {
  for (let seed = 0; seed < count; seed += 1) {
    const { violation } = await runSeed(seed, options);
    if (violation !== undefined) return `seed ${seed}: ${violation}`;
    await setImmediate(); // the queue of events leaves vitest no time of its own
  }
  return undefined;
}

describe('the simulation', () => {
  it('repeats itself: the same seed, the same events', async () => {
    const [once, again, other] = [await runSeed(7), await runSeed(7), await runSeed(8)];
    expect(again.traceHash).toBe(once.traceHash);
    expect(other.traceHash).not.toBe(once.traceHash);
    expect(once.events).toBeGreaterThan(50);
  });

  it.each(Object.entries(seeds) as [Family, number][])(
    'finds I1 to I6 to hold in seeds of the family %s',
    { timeout: 120_000 },
    async (family, count) => {
      expect(await firstViolation(count, { family })).toBeUndefined();
    },
  );

  it(`finds I1 to I6, and Intune's own rule, to hold in ${intuneSeeds} seeds of an Intune connector`, {
    timeout: 120_000,
  }, async () => {
    expect(await firstViolation(intuneSeeds, { kind: 'intune' })).toBeUndefined();
  });
});

describe('the simulation notices', () => {
  it.each(Object.entries(sabotages))(
    '%s, within 150 seeds',
    { timeout: 120_000 },
    async (_, [violation, options]) => {
      expect(await firstViolation(150, { family: 'plain', ...options })).toMatch(violation);
    },
  );

  it.each(Object.entries(intuneSabotages))(
    '%s, within 100 seeds',
    { timeout: 120_000 },
    async (_, [violation, options]) => {
      expect(await firstViolation(100, { ...options, kind: 'intune' })).toMatch(violation);
    },
  );
});

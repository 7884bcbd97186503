import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { intuneSabotages, sabotages } from './sabotages.ts';
import { type Family, runSeed, type SimulationOptions } from './seed.ts';

/** Seeds per family. `npm run simulate` runs thousands. */
const seeds: Readonly<Record<Family, number>> = { plain: 40, later: 12, restored: 12 };
const intuneSeeds = 20;

/** Returns the violation of the first failing seed. */
async function findFirstViolation(
  count: number,
  options: SimulationOptions = {},
): Promise<string | undefined> {
  for (let seed = 0; seed < count; seed += 1) {
    const { violation } = await runSeed(seed, options);
    if (violation !== undefined) return `seed ${seed}: ${violation}`;
    await setImmediate(); // gives vitest time between seeds
  }
  return undefined;
}

describe('the simulation', () => {
  it('produces the same events from the same seed', async () => {
    const [once, again, other] = [await runSeed(7), await runSeed(7), await runSeed(8)];
    expect(again.traceHash).toBe(once.traceHash);
    expect(other.traceHash).not.toBe(once.traceHash);
    expect(once.events).toBeGreaterThan(50);
  });

  it.each(Object.entries(seeds) as [Family, number][])(
    'finds no violation of I1 to I6 in seeds of the family %s',
    { timeout: 120_000 },
    async (family, count) => {
      expect(await findFirstViolation(count, { family })).toBeUndefined();
    },
  );

  it(`finds no violation of I1 to I6 and of the Intune rule in ${intuneSeeds} seeds of an Intune connector`, {
    timeout: 120_000,
  }, async () => {
    expect(await findFirstViolation(intuneSeeds, { kind: 'intune' })).toBeUndefined();
  });
});

describe('the simulation detects', () => {
  it.each(Object.entries(sabotages))(
    '%s within 150 seeds',
    { timeout: 120_000 },
    async (_, [violation, options]) => {
      expect(await findFirstViolation(150, { family: 'plain', ...options })).toMatch(violation);
    },
  );

  it.each(Object.entries(intuneSabotages))(
    '%s within 100 seeds',
    { timeout: 120_000 },
    async (_, [violation, options]) => {
      expect(await findFirstViolation(100, { ...options, kind: 'intune' })).toMatch(violation);
    },
  );
});

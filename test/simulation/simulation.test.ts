import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { runSeed, type SimulationOptions } from './seed.ts';
import { runStorm } from './storm.ts';
import type { Stores } from './world.ts';

const seeds = 1000;
const intuneSeeds = 300;

/** What the first seed to fail says, of so many. */
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

const broken = (how: (stores: Stores) => Partial<Stores>): SimulationOptions => ({
  broken: (stores) => ({ ...stores, ...how(stores) }),
});

/** Each a fault that an implementation might have, and the invariant that must notice. */
const faults: Readonly<Record<string, readonly [RegExp, SimulationOptions]>> = {
  'challenges that forget who claimed them': [
    /I[13]/,
    broken(({ challenges }) => ({
      challenges: { ...challenges, claim: async () => 'claimed' },
    })),
  ],
  'a settlement that gives the challenge back': [
    /I[12]/,
    broken(({ challenges }) => ({
      challenges: { ...challenges, spend: challenges.release },
    })),
  ],
  'a refusal that keeps the challenge': [
    /I[26]/,
    broken(({ challenges }) => ({
      challenges: { ...challenges, release: async () => {} },
    })),
  ],
  'a refusal that uses the challenge': [
    /I2/,
    broken(({ challenges }) => ({
      challenges: { ...challenges, release: challenges.spend },
    })),
  ],
  'a ledger that loses the outcome': [
    /I4|I6/,
    broken(({ ledger }) => ({
      ledger: { ...ledger, settle: async () => {} },
    })),
  ],
  'a ledger that lists nobody who is not settled': [
    /I[46]/,
    broken(({ ledger }) => ({
      ledger: { ...ledger, unsettled: async () => [] },
    })),
  ],
  'a CA that is sent an order nobody granted': [
    /I3/,
    broken(({ ca }) => ({
      ca: { ...ca, issue: (order) => ca.issue({ ...order, validityDays: 3650 }) },
    })),
  ],
};

/** The same, of an Intune connector. */
const intuneFaults: Readonly<Record<string, readonly [RegExp, SimulationOptions]>> = {
  'a grant that Intune was not asked about': [
    /I3/,
    broken(({ intune }) => ({ intune: { ...intune, validate: async () => 'granted' } })),
  ],
  'a certificate that Intune was not told of': [
    /I7: handed out, and Intune was not told/,
    broken(({ intune }) => ({ intune: { ...intune, notifySuccess: async () => 'granted' } })),
  ],
  'a refusal of Intune’s that is forgotten, and the certificate revoked already': [
    /I7: handed out, and revoked/,
    broken(({ ledger }) => ({ ledger: { ...ledger, withhold: async (_, code) => code } })),
  ],
  'a certificate that Intune refused and nobody revoked': [
    /I4/,
    broken(({ ca }) => ({ ca: { ...ca, revoke: async () => {} } })),
  ],
};

describe('the simulation', () => {
  it('repeats itself: the same seed, the same events', async () => {
    const [once, again, other] = [await runSeed(7), await runSeed(7), await runSeed(8)];
    expect(again.traceHash).toBe(once.traceHash);
    expect(other.traceHash).not.toBe(once.traceHash);
    expect(once.events).toBeGreaterThan(50);
  });

  it(`finds I1 to I6 to hold in ${seeds} seeds`, { timeout: 300_000 }, async () => {
    expect(await firstViolation(seeds)).toBeUndefined();
  });

  it.each(Object.entries(faults))(
    'notices %s, within 50 seeds',
    { timeout: 60_000 },
    async (_, [violation, options]) => {
      expect(await firstViolation(50, options)).toMatch(violation);
    },
  );
});

describe('the simulation of an Intune connector', () => {
  it(`finds I1 to I7 to hold in ${intuneSeeds} seeds`, { timeout: 300_000 }, async () => {
    expect(await firstViolation(intuneSeeds, { kind: 'intune' })).toBeUndefined();
  });

  it.each(Object.entries(intuneFaults))(
    'notices %s, within 100 seeds',
    { timeout: 60_000 },
    async (_, [violation, options]) => {
      expect(await firstViolation(100, { ...options, kind: 'intune' })).toMatch(violation);
    },
  );
});

describe('a storm', () => {
  it('of 300 devices leaves each with one certificate', { timeout: 60_000 }, async () => {
    const { certificates, duplicates, losses, violation } = await runStorm(300);
    expect({ certificates, duplicates, losses, violation }).toEqual({
      certificates: 300,
      duplicates: 0,
      losses: 0,
      violation: undefined,
    });
  });
});

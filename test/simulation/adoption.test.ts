/**
 * The simulation without the checks of a candidate. It must detect that a certificate of another
 * request is adopted.
 */
import { afterAll, expect, it, vi } from 'vitest';
import type { SimulationOptions } from './seed.ts';

// Test files share their modules (vitest.config.ts), so this file loads them anew and removes them
// at the end.
const lint = '../../lambda/issuance/lint.ts';
vi.resetModules();
vi.doMock(lint, () => ({ isForGrantedKey: () => true, findDifference: () => undefined }));
const { runSeed } = await import('./seed.ts');
const { Outage } = await import('./faults.ts');

afterAll(() => {
  vi.doUnmock(lint);
  vi.resetModules();
});

/**
 * All answers of the CA are lost, and CloudTrail shows no token. So every certificate of those
 * minutes is a candidate.
 */
const options: SimulationOptions = {
  family: 'plain',
  breakStores: ({ ca }) => ({
    ca: {
      ...ca,
      issue: async (order) => {
        await ca.issue(order);
        throw new Outage('TimeoutError');
      },
    },
  }),
  region: {
    faultRate: 0,
    isDisabledAt: () => false,
    ca: {
      issuesPerSecond: 25,
      retrievesPerSecond: 75,
      makingMilliseconds: () => 1000,
      recordingMilliseconds: () => 300_000,
      namelessShare: () => 1,
      failing: () => 0,
      altering: () => 0,
    },
  },
};

it('the simulation detects an adoption without a check of key and names within 20 seeds', {
  timeout: 60_000,
}, async () => {
  for (let seed = 0; seed < 20; seed += 1) {
    const { violation } = await runSeed(seed, options);
    if (violation !== undefined) return expect(violation).toMatch(/I3|I4|I5/);
  }
  expect.fail('no seed violated an invariant');
});

import { defineConfig } from 'vitest/config';

/** The packed package, installed outside the checkout. It needs the registries of npm and PyPI. */
export default defineConfig({
  test: {
    name: 'package',
    globalSetup: 'test/package/pack.ts',
    include: ['test/package/*.package.ts'],
    // Installation and synthesis of a CDK app, on two cores that do the same for another one.
    testTimeout: 300_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    maxConcurrency: 2,
  },
});

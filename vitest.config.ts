import { existsSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

const limits = {
  // Two cores: synthesis and RSA key generation share them with everything else.
  testTimeout: 30_000,
  hookTimeout: 120_000,
};

// Captured messages are beside the checkout in CI, which requires them. Elsewhere their tests are
// no part of the suite; the built shapes of those messages are tested everywhere.
const capturesAreTested =
  process.env.SHARED_IS_REQUIRED !== undefined ||
  existsSync(new URL('../shared/vectors/', import.meta.url));
const captureTests = capturesAreTested ? ['test/conformance/**/*.capture.ts'] : [];

export default defineConfig({
  test: {
    globalSetup: 'test/e2e/apps/global-setup.ts',
    // Every core: the default leaves one out, which is half of two.
    maxWorkers: '100%',
    projects: [
      {
        // `npm test`: two minutes on two cores.
        test: {
          ...limits,
          name: 'quick',
          // Its files share a worker's modules, which takes a third off.
          isolate: false,
          include: ['test/**/*.test.ts', ...captureTests],
          exclude: ['test/**/*.long.test.ts', 'test/unit/cloud/**'],
        },
      },
      {
        // Its files share a worker's modules: aws-cdk-lib takes three seconds to load.
        test: {
          ...limits,
          name: 'cloud',
          isolate: false,
          include: ['test/unit/cloud/**/*.test.ts'],
          exclude: ['test/**/*.long.test.ts'],
        },
      },
      {
        // `npm run long`, and with all others `npm run check`: what takes minutes to prove.
        test: { ...limits, name: 'long', include: ['test/**/*.long.test.ts'] },
      },
    ],
  },
});

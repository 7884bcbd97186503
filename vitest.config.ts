import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Two cores: synthesis and RSA key generation share them with everything else.
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});

import { defineConfig } from 'vitest/config';

/** Real clients against `npm start`. Not part of `npm test`, which needs Node and npm alone. */
const limits = {
  // A CA that takes its time: strongSwan polls for half a minute.
  testTimeout: 120_000,
  hookTimeout: 120_000,
};

export default defineConfig({
  test: {
    globalSetup: 'test/interop/shared-stack.ts',
    maxWorkers: 3,
    projects: [
      {
        test: {
          ...limits,
          name: 'clients',
          include: ['test/interop/*.interop.ts'],
          exclude: ['test/interop/traces.interop.ts'],
          sequence: { groupOrder: 1 },
        },
      },
      {
        // What all of them left behind in the logs, so after all of them.
        test: {
          ...limits,
          name: 'traces',
          include: ['test/interop/traces.interop.ts'],
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});

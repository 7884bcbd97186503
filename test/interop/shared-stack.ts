/** One stack for all the test files that do not stop theirs: synthesis takes ten seconds. */
import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { type StackFacts, stackDirectory, startStack } from './stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Of the stack that runs as long as the suite; `inject('sharedStack')`. */
    readonly sharedStack: StackFacts;
  }
}

/** Vitest's global set-up: starts it, and gives what ends it by Ctrl-C. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const directory = stackDirectory();
  const stack = await startStack(directory);
  project.provide('sharedStack', stack.facts);
  return async () => {
    await stack.interrupt();
    rmSync(directory, { recursive: true, force: true });
  };
}

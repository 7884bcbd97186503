/** One stack that most test files share, because synthesis takes ten seconds. */
import { rmSync } from 'node:fs';
import type { TestProject } from 'vitest/node';
import { type StackFacts, stackDirectory, startStack } from './stack.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The facts about the shared stack; `inject('sharedStack')`. */
    readonly sharedStack: StackFacts;
  }
}

/** Vitest's global set-up. Starts the stack and returns a function that ends it by Ctrl-C. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const directory = stackDirectory();
  const stack = await startStack(directory);
  project.provide('sharedStack', stack.facts);
  return async () => {
    await stack.interrupt();
    rmSync(directory, { recursive: true, force: true });
  };
}

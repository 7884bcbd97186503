/**
 * Vitest's global set-up: starts the process of the apps, which starts an app when a test file
 * wants it.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the process of the apps; `inject('apps')`. */
    readonly apps: string;
  }
}

/** Starts it, and returns what ends it. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const server = fork(join(import.meta.dirname, 'server.ts'), { stdio: 'inherit' });
  const [url] = await once(server, 'message');
  project.provide('apps', String(url));
  return async () => {
    const ended = once(server, 'exit');
    server.disconnect();
    await ended;
  };
}

/** Vitest's global set-up, which starts the process that runs the apps. */
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

/** Starts the process and returns a function that ends it. */
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

/**
 * Limits the memory of `npm start`. The settings take effect only at a process's start, so it
 * restarts itself.
 */
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * For glibc: two arenas for all threads instead of eight per core, and freed memory is returned.
 * Each worker thread then leaves about 5 MB less behind. The compile cache saves the TypeScript
 * compiler, 30 MB and 300 ms at the next start.
 */
const environment = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
  NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
};

/** V8's young generation of the main thread, which would otherwise grow to 48 MB. */
const flags = ['--max-semi-space-size=4'];

/**
 * Replaces this process with itself under those settings: same id, same files, same terminal. Does
 * nothing the second time, or if a user has set the number of arenas. It also does nothing on
 * Windows, which cannot replace a process.
 */
export const beginSmall = (): void => {
  if (process.env.MALLOC_ARENA_MAX !== undefined || !process.execve) return;
  const args = [...flags, ...process.execArgv, ...process.argv.slice(1)];
  try {
    process.execve(process.execPath, [process.execPath, ...args], {
      ...environment,
      ...definedOf(process.env),
    });
  } catch {
    // The process continues with more memory.
  }
};

const definedOf = (variables: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(
    Object.entries(variables).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );

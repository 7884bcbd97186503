/** `npm start` as a process of its own, in a directory of its own, on free ports. */
import { spawn } from 'node:child_process';
import { setTimeout } from 'node:timers/promises';
import type { Introduction } from '../../lib/local/introduction.ts';
import { stateDirectory } from '../../lib/local/state-directory.ts';
import { readStoredJson } from '../../lib/local/stored-json.ts';
import { projectDirectory } from '../workspace.ts';

/** A running runner. */
export interface LocalRunner {
  readonly introduction: Introduction;
  readonly stop: () => Promise<void>;
}

const startTries = 600;
const pauseMilliseconds = 200;

/** Starts it and waits until it serves; throws where it ends before that, or takes longer than two minutes. */
export async function startLocalRunner(directory: string): Promise<LocalRunner> {
  const state = stateDirectory(directory);
  const runner = spawn(process.execPath, ['bin/local.ts', '--state', state.root], {
    cwd: projectDirectory,
    env: { ...process.env, PORT: '0', ADMIN_PORT: '0' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const kill = () => runner.kill('SIGKILL');
  // Before its directory is deleted.
  process.prependOnceListener('exit', kill);
  const ended = new Promise<void>((resolve) => runner.once('exit', () => resolve()));
  for (let attempt = 0; attempt < startTries && runner.exitCode === null; attempt += 1) {
    const introduction = readStoredJson<Introduction>(state.run);
    if (introduction)
      return {
        introduction,
        stop: async () => {
          runner.kill('SIGTERM');
          await ended;
          process.off('exit', kill);
        },
      };
    await setTimeout(pauseMilliseconds);
  }
  kill();
  throw new Error('npm start does not serve');
}

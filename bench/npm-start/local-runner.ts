/** `npm start` in a separate process and directory, on free ports. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import type { RunInfo } from '../../lib/local/run-info.ts';
import { createStateDirectory } from '../../lib/local/state-directory.ts';
import { readStoredJson } from '../../lib/local/stored-json.ts';
import { getCaCert } from '../../lib/scep-client/ca-certificates.ts';
import type { Recipient } from '../requests.ts';
import { projectDirectory, type Workspace } from '../workspace.ts';

/** A running runner. */
export interface LocalRunner {
  readonly pid: number;
  readonly scepUrl: string;
  readonly recipient: Recipient;
  readonly stop: () => Promise<void>;
}

const startTries = 900;
const pauseMilliseconds = 200;

/**
 * Starts the runner with a CA that needs no time and does not limit this figure by its rate. Throws
 * if it ends before it serves, or does not serve within three minutes.
 */
export async function startLocalRunner(workspace: Workspace): Promise<LocalRunner> {
  const state = createStateDirectory(workspace.directory(`npm-start-${performance.now()}`));
  const flags = ['--pca-delay', '0', '--pca-tps', '1000', '--app', 'bench/npm-start/app.ts'];
  const runner = spawn(process.execPath, ['bin/local.ts', '--state', state.root, ...flags], {
    cwd: projectDirectory,
    env: { ...process.env, PORT: '0', ADMIN_PORT: '0' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const kill = () => void runner.kill('SIGKILL');
  // The runner ends before its directory is deleted.
  process.prependOnceListener('exit', kill);
  const ended = once(runner, 'exit');
  for (let attempt = 0; attempt < startTries && runner.exitCode === null; attempt += 1) {
    const runInfo = readStoredJson<RunInfo>(state.run);
    if (runInfo)
      return {
        pid: runner.pid ?? 0,
        ...(await readRecipient(runInfo)),
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

async function readRecipient({ scepUrl, challengePassword }: RunInfo) {
  const { recipient } = await getCaCert({ url: new URL(scepUrl) });
  const raCertificate = new Uint8Array(recipient.raw);
  return { scepUrl, recipient: { raCertificate, challenges: [challengePassword] } };
}

/**
 * Go programs from the Go module proxy, built once into the user's cache. The project itself does
 * not need Go.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Skipped } from '../figure.ts';

/** The compared servers, pinned. */
export const goPrograms = {
  micromdm: { path: 'github.com/micromdm/scep/v2/cmd/scepserver', version: 'v2.3.0' },
  stepCa: { path: 'github.com/smallstep/certificates/cmd/step-ca', version: 'v0.30.2' },
} as const;

type GoProgram = (typeof goPrograms)[keyof typeof goPrograms];

/**
 * Builds a program, in minutes, if the cache does not have it. Returns its file, or the reason why
 * it cannot be built.
 */
export async function buildGoProgram({
  path,
  version,
}: GoProgram): Promise<{ readonly command: string; readonly version: string } | Skipped> {
  const directory = join(cacheDirectory(), version);
  const command = join(directory, path.slice(path.lastIndexOf('/') + 1));
  if (existsSync(command)) return { command, version };
  if (spawnSync('go', ['version']).error) return { skipped: 'Go is not installed' };
  mkdirSync(directory, { recursive: true });
  const isBuilt = await install(`${path}@${version}`, directory);
  return isBuilt ? { command, version } : { skipped: `go install ${path}@${version} failed` };
}

const cacheDirectory = (): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'scep-connector-bench');

const install = (program: string, GOBIN: string): Promise<boolean> =>
  new Promise((resolve) => {
    const build = spawn('go', ['install', program], {
      // Without cgo, because step-ca's smart card support needs a system library.
      env: { ...process.env, GOBIN, CGO_ENABLED: '0' },
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    build.once('error', () => resolve(false));
    build.once('exit', (code) => resolve(code === 0));
  });

/**
 * Installs programs from package registries beside the project, so that package.json stays small.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** The installations survive between runs. */
const cacheDirectory = (): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'scep-connector-interop');

/**
 * Returns the directory of an installation, and runs `install` if it is missing. The name includes
 * the version. A failed installation leaves nothing.
 */
export async function installedOnce(
  name: string,
  install: (directory: string) => Promise<void>,
): Promise<string> {
  const directory = join(cacheDirectory(), name);
  if (existsSync(directory)) return directory;
  mkdirSync(cacheDirectory(), { recursive: true });
  const unfinished = mkdtempSync(`${directory}.`);
  try {
    await install(unfinished);
    // A concurrent run may have finished the same installation first.
    if (!existsSync(directory)) renameSync(unfinished, directory);
    return directory;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

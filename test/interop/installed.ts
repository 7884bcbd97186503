/**
 * Programs from package registries, installed beside the project: package.json needs Node and npm
 * alone.
 */
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Kept between runs: a machine that keeps its caches installs once. */
const cacheDirectory = (): string =>
  join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'scep-connector-interop');

/**
 * The directory of an installation; makes it by `install` where it is missing. The name holds the
 * version, so that another version is another directory. An installation that fails leaves nothing.
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
    // Another run may have been faster; its installation is as good.
    if (!existsSync(directory)) renameSync(unfinished, directory);
    return directory;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

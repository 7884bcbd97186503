/** The stateful resources of each release, kept beside this file, and those of the checkout. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../lib/local/synthesize.ts';
import { readStateful, type StatefulResources } from './compare.ts';

const projectDirectory = join(import.meta.dirname, '../..');
const directory = join(import.meta.dirname, 'releases');

/** The file that a release's resources are kept in. */
export const releaseFile = (version: string): string => join(directory, `${version}.json`);

/** Every kept release: its version, and its resources. */
export const readReleases = (): readonly (readonly [string, StatefulResources])[] =>
  readdirSync(directory).map((file) => [
    file.replace('.json', ''),
    JSON.parse(readFileSync(join(directory, file), 'utf8')) as StatefulResources,
  ]);

/** Synthesizes test/upgrade/app.ts with the constructs of the checkout. */
export async function synthesizeCheckout(): Promise<StatefulResources> {
  const outputDirectory = mkdtempSync(join(tmpdir(), 'scep-connector-upgrade-'));
  try {
    await synthesize({ projectDirectory, app: 'test/upgrade/app.ts', outputDirectory });
    return readStateful(outputDirectory);
  } finally {
    rmSync(outputDirectory, { recursive: true });
  }
}

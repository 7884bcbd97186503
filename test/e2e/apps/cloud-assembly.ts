/** The cloud assembly of an app and the runner's additions, synthesized once per process. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { Additions } from '../../../lib/local/app.ts';
import { synthesize } from '../../../lib/local/synthesize.ts';

const projectDirectory = join(import.meta.dirname, '../../..');
const assemblies = new Map<string, Promise<string>>();

/** An app and its context. */
interface Declared {
  readonly program?: string | undefined;
  readonly additions: Additions;
}

/**
 * Synthesizes into a new directory below `directory` and returns it. The same app and additions get
 * the same directory.
 */
export function cloudAssembly(declared: Declared, directory: string): Promise<string> {
  const key = JSON.stringify([declared.program, declared.additions]);
  const assembly = assemblies.get(key) ?? synthesized(declared, directory);
  assemblies.set(key, assembly);
  return assembly;
}

async function synthesized({ program, additions }: Declared, directory: string): Promise<string> {
  const outputDirectory = mkdtempSync(join(directory, 'assembly-'));
  await synthesize({ projectDirectory, app: program, outputDirectory, additions });
  return outputDirectory;
}

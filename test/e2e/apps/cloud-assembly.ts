/** The cloud assembly of an app and its context, synthesized once per process. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { synthesize } from '../../../lib/local/synthesize.ts';

const projectDirectory = join(import.meta.dirname, '../../..');
const assemblies = new Map<string, Promise<string>>();

/** An app and its context. */
interface Declared {
  readonly program?: string | undefined;
  readonly context: Readonly<Record<string, string>>;
}

/**
 * Synthesizes into a new directory below `directory` and returns it. The same app and context get
 * the same directory.
 */
export function cloudAssembly(declared: Declared, directory: string): Promise<string> {
  const key = JSON.stringify([declared.program, Object.entries(declared.context).sort()]);
  const assembly = assemblies.get(key) ?? synthesized(declared, directory);
  assemblies.set(key, assembly);
  return assembly;
}

async function synthesized({ program, context }: Declared, directory: string): Promise<string> {
  const outputDirectory = mkdtempSync(join(directory, 'assembly-'));
  await synthesize({ projectDirectory, app: program, outputDirectory, context });
  return outputDirectory;
}

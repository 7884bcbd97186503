/** What several figures need and only one should make: a directory for everything written, and the synthesized app. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../lib/local/synthesize.ts';
import type { Progress } from './progress.ts';

/** The repository. */
export const projectDirectory = join(import.meta.dirname, '..');

/** A directory that goes away with the process, and the app in it once somebody asks. */
export interface Workspace {
  /** A new, empty directory. */
  readonly directory: (name: string) => string;
  /** The cloud assembly, synthesized at the first call. */
  readonly assembly: () => Promise<string>;
}

/** Opens one; it is deleted when the process ends, however it ends. */
export function openWorkspace(progress: Progress): Workspace {
  const root = mkdtempSync(join(tmpdir(), 'scep-connector-bench-'));
  // Again and again for a while: a child that was just told to end may still be writing.
  const deletion = { recursive: true, force: true, maxRetries: 10 };
  process.once('exit', () => rmSync(root, deletion));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => process.exit(130));
  let assembly: Promise<string> | undefined;
  return {
    directory: (name) => {
      const path = join(root, name);
      mkdirSync(path);
      return path;
    },
    assembly: () => {
      assembly ??= progress('synthesizing the app', () => synthesized(join(root, 'cdk.out')));
      return assembly;
    },
  };
}

async function synthesized(outputDirectory: string): Promise<string> {
  await synthesize({ projectDirectory, outputDirectory, context: {} });
  return outputDirectory;
}

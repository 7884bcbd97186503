/** Shared by the figures: a directory for everything that is written, and the synthesized app. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Additions } from '../lib/local/app.ts';
import { synthesize } from '../lib/local/synthesize.ts';
import type { Progress } from './progress.ts';

/** The repository's root directory. */
export const projectDirectory = join(import.meta.dirname, '..');

/** A directory that is deleted with the process, and the app in it, synthesized on first use. */
export interface Workspace {
  /** A new, empty directory. */
  readonly directory: (name: string) => string;
  /** The cloud assembly with these additions, synthesized on the first call with them. */
  readonly assembly: (additions?: Additions) => Promise<string>;
}

/** Opens a workspace; it is deleted when the process ends, however it ends. */
export function openWorkspace(progress: Progress): Workspace {
  const root = mkdtempSync(join(tmpdir(), 'scep-connector-bench-'));
  // A child that was just killed may still be writing, so the deletion is retried for a while.
  const deletion = { recursive: true, force: true, maxRetries: 10 };
  process.once('exit', () => rmSync(root, deletion));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => process.exit(130));
  const assemblies = new Map<string, Promise<string>>();
  return {
    directory: (name) => {
      const path = join(root, name);
      mkdirSync(path);
      return path;
    },
    assembly: (additions = {}) => {
      const key = JSON.stringify(additions);
      const made = assemblies.get(key);
      if (made !== undefined) return made;
      const outputDirectory = join(root, `cdk.out-${assemblies.size}`);
      const assembly = progress('synthesizing the app', () =>
        synthesizeApp(outputDirectory, additions),
      );
      assemblies.set(key, assembly);
      return assembly;
    },
  };
}

async function synthesizeApp(outputDirectory: string, additions: Additions): Promise<string> {
  await synthesize({ projectDirectory, outputDirectory, additions });
  return outputDirectory;
}

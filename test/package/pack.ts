/** Vitest's global set-up: packs the package once, as a release would be packed. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { runOrThrow } from '../interop/command.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A directory outside the checkout that holds the tarball; apps are made below it. */
    readonly outside: string;
    /** The file name of the tarball in it. */
    readonly tarball: string;
  }
}

const packSeconds = 200;

/** Packs, and returns a function that deletes everything. */
export default async function setUp(project: TestProject): Promise<() => void> {
  const outside = mkdtempSync(join(tmpdir(), 'scep-connector-package-'));
  const pack = ['pack', '--silent', '--pack-destination', outside];
  await runOrThrow('npm', pack, { timeoutSeconds: packSeconds });
  const [tarball] = readdirSync(outside);
  if (tarball === undefined) throw new Error('npm pack wrote no tarball');
  project.provide('outside', outside);
  project.provide('tarball', tarball);
  return () => rmSync(outside, { recursive: true, force: true });
}

/** Directories that are deleted after the test. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Creates a directory that is deleted after the running test. */
export const temporaryDirectory = (): string => {
  const directory = mkdtempSync(join(tmpdir(), 'scep-local-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
};

import { open, rename, rm } from 'node:fs/promises';
import { ScepClientError } from '../scep-client/errors.ts';

/**
 * Writes a file that holds a password: only its owner may read it, whatever was there before, and
 * there is never half of it.
 */
export async function writeProfile(path: string, content: string): Promise<void> {
  const draft = `${path}.part`;
  try {
    // A file of an earlier mode would keep it, so it goes first.
    await rm(draft, { force: true });
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown reason';
    throw new ScepClientError('folder', `${path} cannot be written: ${why}.`, { cause });
  }
}

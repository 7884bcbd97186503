import { open, rename, rm } from 'node:fs/promises';
import { ScepClientError } from '../scep-client/errors.ts';

/**
 * Writes a file that contains a password. The file is complete or absent, and only its owner can
 * read it, even if it replaces a file with another mode. Throws `folder` if it cannot be written.
 */
export async function writeProfile(path: string, content: string): Promise<void> {
  const draft = `${path}.part`;
  try {
    // An existing draft would keep its mode, so it is removed first.
    await rm(draft, { force: true });
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(content);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'unknown reason';
    throw new ScepClientError('folder', `${path} cannot be written (${reason}).`, { cause });
  }
}

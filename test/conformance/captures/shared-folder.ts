/**
 * Other projects' bytes and our notes, read in place beside the repository and not committed to it.
 */
import { existsSync, readFileSync } from 'node:fs';

const folder = new URL('../../../../shared/', import.meta.url);

/** Whether the folder beside the repository is there. */
export const sharedIsAbsent = !existsSync(folder);

if (sharedIsAbsent && process.env.SHARED_IS_REQUIRED)
  throw new Error('../shared is absent, and with it the captures that have to be tried here');

/** What to write behind a name that is skipped for that. */
export const skippedBecause = sharedIsAbsent ? ' (skipped: ../shared is absent)' : '';

/** A file of it. */
export const sharedFile = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(path, folder)));

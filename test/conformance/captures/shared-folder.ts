/**
 * Other projects' bytes, and notes on the RFC, in a folder beside the checkout. Both stay out of
 * the repository. vitest.config.ts runs what reads them where the folder is there, or
 * SHARED_IS_REQUIRED says that it has to be.
 */
import { readFileSync } from 'node:fs';

/** The folder. */
export const sharedFolder = new URL('../../../../shared/', import.meta.url);

/** A file of it; throws where it is absent. */
export const sharedFile = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(path, sharedFolder)));

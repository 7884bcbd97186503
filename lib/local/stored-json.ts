/**
 * Files of state: one JSON value that is replaced as a whole, or a journal that only grows. Only
 * the owner can read them.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const ownerOnly = 0o600;

/** The value in the file; undefined if the file is missing. Refuses a damaged file by its name. */
export const readStoredJson = <T>(path: string): T | undefined => {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (cause) {
    throw new Error(`${path} is damaged; start with --fresh to delete the state`, { cause });
  }
};

/**
 * Replaces the file's value. It is written beside the file and renamed, so that an interruption
 * loses nothing.
 */
export const writeStoredJson = (path: string, value: unknown): void => {
  const beside = `${path}.new`;
  writeFileSync(beside, `${JSON.stringify(value, undefined, 2)}\n`, { mode: ownerOnly });
  renameSync(beside, path);
};

/** The journal's entries, oldest first. An incomplete last line is ignored. */
export const readJournal = <T>(path: string): T[] => {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // The text after the last line end is empty, or its write was interrupted.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as T);
};

/** Adds one entry, which is in the file when this returns. */
export const appendToJournal = (path: string, entry: unknown): void => {
  appendFileSync(path, `${JSON.stringify(entry)}\n`, { mode: ownerOnly });
};

/** Replaces the whole journal, to remove superseded entries. */
export const rewriteJournal = (path: string, entries: readonly unknown[]): void => {
  const beside = `${path}.new`;
  writeFileSync(beside, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), {
    mode: ownerOnly,
  });
  renameSync(beside, path);
};

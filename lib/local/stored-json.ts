/**
 * Files of state: one JSON value replaced as a whole, or a journal that only grows. Both readable
 * by the owner only.
 */
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const ownerOnly = 0o600;

/**
 * The value in the file, or `undefined` where there is none. Refuses a damaged file by its name.
 */
export const readStoredJson = <T>(path: string): T | undefined => {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch (cause) {
    throw new Error(`${path} is damaged; start with --fresh to begin anew`, { cause });
  }
};

/**
 * Replaces the file's value: written beside it and renamed, so that a stop in between loses
 * nothing.
 */
export const writeStoredJson = (path: string, value: unknown): void => {
  const beside = `${path}.new`;
  writeFileSync(beside, `${JSON.stringify(value, undefined, 2)}\n`, { mode: ownerOnly });
  renameSync(beside, path);
};

/** The journal's entries, oldest first. A last line cut short by a stop is left out. */
export const readJournal = <T>(path: string): T[] => {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  // What follows the last line end is empty, or was being written when the process was killed.
  return lines.slice(0, -1).map((line) => JSON.parse(line) as T);
};

/** Adds one entry; it is in the file when this returns. */
export const appendToJournal = (path: string, entry: unknown): void => {
  appendFileSync(path, `${JSON.stringify(entry)}\n`, { mode: ownerOnly });
};

/** Replaces the whole journal, for one that has grown by superseded entries. */
export const rewriteJournal = (path: string, entries: readonly unknown[]): void => {
  const beside = `${path}.new`;
  writeFileSync(beside, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), {
    mode: ownerOnly,
  });
  renameSync(beside, path);
};

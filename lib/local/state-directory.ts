/** The paths of everything that outlives a run, and the lock on them. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { readStoredJson, writeStoredJson } from './stored-json.ts';

/** The paths of one state directory. */
export interface StateDirectory {
  readonly root: string;
  readonly assembly: string;
  readonly authorities: string;
  readonly dynamoDb: string;
  readonly secrets: string;
  /** Executions that the last stop interrupted. */
  readonly openExecutions: string;
  /** The emulated Intune tenant's state. */
  readonly intune: string;
  /** The events that CloudTrail recorded. */
  readonly trail: string;
  readonly logs: string;
  /** Every event on the bus. */
  readonly events: string;
  /** The challenge of the first start, kept for later starts. */
  readonly challenge: string;
  /** The format version of the whole state. */
  readonly format: string;
  /** Exists only while the runner serves. */
  readonly run: string;
  readonly lock: string;
}

/** The paths under `root`; nothing is created yet. */
export const createStateDirectory = (root: string): StateDirectory => {
  const at = (name: string): string => join(resolve(root), name);
  return {
    root: resolve(root),
    assembly: at('cdk.out'),
    authorities: at('acm-pca'),
    dynamoDb: at('dynamodb'),
    secrets: at('secrets.json'),
    openExecutions: at('open-executions.json'),
    intune: at('intune'),
    trail: at('cloudtrail.jsonl'),
    logs: at('logs'),
    events: at('logs/events.jsonl'),
    challenge: at('challenge.json'),
    format: at('format.json'),
    run: at('run.json'),
    lock: at('lock'),
  };
};

/** Locks the directory for this process; refuses one that another running process has locked. */
export const lockState = (state: StateDirectory): void => {
  mkdirSync(state.root, { recursive: true, mode: 0o700 });
  const holder = existsSync(state.lock) ? Number(readFileSync(state.lock, 'utf8')) : undefined;
  if (holder !== undefined && isAlive(holder)) {
    throw new Error(
      `process ${holder} already uses ${state.root}: stop it, or choose another directory with --state (if it is not npm start, delete ${state.lock})`,
    );
  }
  writeFileSync(state.lock, String(process.pid), { mode: 0o600 });
};

// Incremented by a change after which the app cannot read its old state: other tables, keys or
// secrets.
const currentFormat = 2;

/** The message about state of another version, with its remedy. */
export const otherVersionMessage =
  'Another version of the app created the local state. Start with --fresh.';

/**
 * Refuses state of another format. Writes the current format to a directory without state. Nothing
 * is migrated.
 */
export const checkFormat = (state: StateDirectory): void => {
  const hasState = [state.authorities, state.dynamoDb, state.secrets, state.challenge].some(
    existsSync,
  );
  if (!hasState) writeStoredJson(state.format, currentFormat);
  // State of the first format has no format file.
  if (readStoredJson<number>(state.format) !== currentFormat) throw new Error(otherVersionMessage);
};

/** Unlocks the directory. */
export const unlockState = (state: StateDirectory): void => rmSync(state.lock, { force: true });

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's process is alive too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Deletes the state of earlier runs by name, so that other files in the directory are kept. */
export const clearState = ({ root: _root, lock: _lock, ...state }: StateDirectory): void => {
  for (const path of Object.values(state)) rmSync(path, { recursive: true, force: true });
};

/** Where everything that outlives a run is kept, and who has it. */
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
  /** Executions that the last stop ended. */
  readonly openExecutions: string;
  /** The emulated Intune tenant's. */
  readonly intune: string;
  /** What CloudTrail has recorded. */
  readonly trail: string;
  readonly logs: string;
  /** Every event that was put on the bus. */
  readonly events: string;
  /** What was told at the first start: the challenge, kept for the next. */
  readonly challenge: string;
  /** Which form all of this has. */
  readonly format: string;
  /** There only while the runner serves. */
  readonly run: string;
  readonly lock: string;
}

/** The paths under `root`; nothing is made yet. */
export const stateDirectory = (root: string): StateDirectory => {
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

/** Takes the directory for this process; refuses one that a living process has. */
export const lockState = (state: StateDirectory): void => {
  mkdirSync(state.root, { recursive: true, mode: 0o700 });
  const holder = existsSync(state.lock) ? Number(readFileSync(state.lock, 'utf8')) : undefined;
  if (holder !== undefined && isAlive(holder)) {
    throw new Error(
      `process ${holder} uses ${state.root} already: end it, or give --state another directory (if it is no npm start, delete ${state.lock})`,
    );
  }
  writeFileSync(state.lock, String(process.pid), { mode: 0o600 });
};

// Goes up with a change after which the app cannot read what it kept: other tables, other keys,
// other secrets.
const currentFormat = 2;

/** The one thing that helps against state of another version, in one line. */
export const otherVersionMessage =
  'The local state was made by another version of the app: start with --fresh.';

/**
 * Refuses state of another format; marks a directory that has no state yet. Nothing is migrated.
 */
export const checkFormat = (state: StateDirectory): void => {
  const hasState = [state.authorities, state.dynamoDb, state.secrets, state.challenge].some(
    existsSync,
  );
  if (!hasState) writeStoredJson(state.format, currentFormat);
  // State of the first format was not marked.
  if (readStoredJson<number>(state.format) !== currentFormat) throw new Error(otherVersionMessage);
};

/** Gives the directory back. */
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

/** Deletes what earlier runs left, by name: a directory that holds other things keeps them. */
export const clearState = ({ root: _root, lock: _lock, ...state }: StateDirectory): void => {
  for (const path of Object.values(state)) rmSync(path, { recursive: true, force: true });
};

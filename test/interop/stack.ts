/** `npm start` as a child: the stack that clients are tried against. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleepMilliseconds } from 'node:timers/promises';
import { projectDirectory } from './command.ts';

/**
 * What a client needs to know, and where things are. Plain data, so that test files can share a
 * stack.
 */
export interface StackFacts {
  readonly scepUrl: string;
  readonly adminUrl: string;
  readonly consoleUrl: string;
  readonly connectorId: string;
  readonly challengePassword: string;
  readonly caFingerprintSha256: string;
  /** Of a stack that was started with --intune. */
  readonly intune?: { readonly scepUrl: string; readonly controlUrl: string };
  /** A temporary directory, which holds the state directory and the clients' own. */
  readonly directory: string;
  readonly stateDirectory: string;
}

/** How `npm start` ended. */
interface StackEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningStack {
  readonly facts: StackFacts;
  /** Ctrl-C: the signal goes to npm, its shell and the runner at once, as a terminal sends it. */
  readonly interrupt: () => Promise<StackEnd>;
  /** SIGINT to the runner alone, so that npm tells the runner's own exit code. */
  readonly end: () => Promise<StackEnd>;
}

const startLimitSeconds = 90;
const endLimitSeconds = 15;

/**
 * Whatever ends the tests ends the stack; a worker of Vitest goes by a signal, and without `exit`.
 */
const endings = ['exit', 'SIGINT', 'SIGTERM', 'disconnect'] as const;

/** A new directory for a stack and its clients. */
export const stackDirectory = (): string => mkdtempSync(join(tmpdir(), 'scep-interop-'));

/** A client's own directory beside the stack's state. */
export const clientDirectory = ({ directory }: StackFacts, name: string): string => {
  const path = join(directory, name);
  mkdirSync(path, { recursive: true });
  return path;
};

/**
 * Starts a stack on free ports and waits until it serves; throws what it printed when it does not.
 */
export const startStack = async (
  directory: string,
  flags: readonly string[] = [],
): Promise<RunningStack> => {
  const stateDirectory = join(directory, 'state');
  // Its own process group, as a terminal gives one; and one that can be ended as a whole.
  const child = spawn('npm', ['start', '--', '--state', stateDirectory, ...flags], {
    cwd: projectDirectory,
    env: { ...process.env, PORT: '0', ADMIN_PORT: '0' },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  }
  const killGroup = (): void => void signalGroup(child, 'SIGKILL');
  for (const event of endings) process.once(event, killGroup);
  const ended = new Promise<StackEnd>((resolve) => {
    child.once('exit', (exitCode, signal) => {
      for (const event of endings) process.off(event, killGroup);
      resolve({ exitCode, signal });
    });
  });
  const introduction = await introduced(join(stateDirectory, 'run.json'), child).catch((error) => {
    killGroup();
    throw new Error(`${error.message}:\n${printed.join('')}`);
  });
  const runner = Number(readFileSync(join(stateDirectory, 'lock'), 'utf8'));
  return {
    facts: { ...introduction, directory, stateDirectory },
    interrupt: () => endBy(child, ended, () => signalGroup(child, 'SIGINT')),
    end: () => endBy(child, ended, () => process.kill(runner, 'SIGINT')),
  };
};

/** The runner writes `run.json` once it serves, and takes it away when it ends. */
const introduced = async (
  path: string,
  child: ChildProcess,
): Promise<Omit<StackFacts, 'directory' | 'stateDirectory'>> => {
  const deadline = Date.now() + startLimitSeconds * 1000;
  while (!existsSync(path)) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error('npm start ended before it served');
    if (Date.now() > deadline) throw new Error(`npm start did not serve in ${startLimitSeconds} s`);
    await sleepMilliseconds(100);
  }
  return JSON.parse(readFileSync(path, 'utf8'));
};

/** Waits until npm, its shell and the runner are all gone; kills what is not, and throws then. */
const endBy = async (
  child: ChildProcess,
  ended: Promise<StackEnd>,
  interrupt: () => void,
): Promise<StackEnd> => {
  interrupt();
  const deadline = Date.now() + endLimitSeconds * 1000;
  while (signalGroup(child, 0)) {
    if (Date.now() > deadline) {
      signalGroup(child, 'SIGKILL');
      throw new Error(`npm start left processes ${endLimitSeconds} s after SIGINT`);
    }
    await sleepMilliseconds(50);
  }
  return await ended;
};

/** Signals all of its process group; false when nothing is left of it. */
const signalGroup = ({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean => {
  try {
    return pid !== undefined && process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
};

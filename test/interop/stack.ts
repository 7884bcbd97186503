/** Runs `npm start` as a child process, for tests of clients. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleepMilliseconds } from 'node:timers/promises';
import { projectDirectory } from './command.ts';

/** The facts about a stack. They are plain data, so that test files can share a stack. */
export interface StackFacts {
  readonly scepUrl: string;
  readonly adminUrl: string;
  readonly consoleUrl: string;
  readonly connectorId: string;
  readonly challengePassword: string;
  readonly caFingerprintSha256: string;
  /** Present if the stack runs with --intune. */
  readonly intune?: { readonly scepUrl: string; readonly controlUrl: string };
  /** A temporary directory, which contains the state directory and the clients' directories. */
  readonly directory: string;
  readonly stateDirectory: string;
}

/** The end of `npm start`. */
interface StackEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface RunningStack {
  readonly facts: StackFacts;
  /** Sends SIGINT to npm, its shell and the runner, as Ctrl-C in a terminal does. */
  readonly interrupt: () => Promise<StackEnd>;
  /** Sends SIGINT to the runner only, so that npm returns the runner's exit code. */
  readonly end: () => Promise<StackEnd>;
}

const startLimitSeconds = 90;
const endLimitSeconds = 15;

/** The stacks end with the tests. A signal can end a worker of Vitest without an `exit` event. */
const endings = ['exit', 'SIGINT', 'SIGTERM', 'disconnect'] as const;

/** Creates a directory for a stack and its clients. */
export const stackDirectory = (): string => mkdtempSync(join(tmpdir(), 'scep-interop-'));

/** Creates a client's directory beside the stack's state. */
export const clientDirectory = ({ directory }: StackFacts, name: string): string => {
  const path = join(directory, name);
  mkdirSync(path, { recursive: true });
  return path;
};

/** Starts a stack on free ports and waits until it serves. Throws its output if it does not. */
export const startStack = async (
  directory: string,
  flags: readonly string[] = [],
): Promise<RunningStack> => {
  const stateDirectory = join(directory, 'state');
  // A process group of its own, as in a terminal, which can be ended as a whole.
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

/** The runner writes `run.json` when it serves and removes it when it ends. */
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

/** Waits for the end of npm, its shell and the runner. After a timeout, kills them and throws. */
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

/** Signals the process group. Returns false if it has no process left. */
const signalGroup = ({ pid }: ChildProcess, signal: NodeJS.Signals | 0): boolean => {
  try {
    return pid !== undefined && process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
};

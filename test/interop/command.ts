/** Other programs, run as a user would run them. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** How a command ended. A command that a signal or its time limit ended has no exit code. */
export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** The repository's root, where npm scripts run. */
export const projectDirectory = new URL('../..', import.meta.url).pathname;

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutSeconds?: number;
  /** What the command reads as its standard input; nothing by default. */
  readonly standardInputFile?: string;
}

/** Runs a command to its end; refuses, by an error, only one that cannot be started. */
export const run = (
  command: string,
  args: readonly string[],
  { cwd = projectDirectory, env = {}, timeoutSeconds = 60, standardInputFile }: CommandOptions = {},
): Promise<Ended> =>
  new Promise((resolve, reject) => {
    const options = {
      cwd,
      env: { ...process.env, ...env },
      timeout: timeoutSeconds * 1000,
      maxBuffer: 16 * 1024 * 1024,
    };
    const child = execFile(command, [...args], options, (error, stdout, stderr) => {
      if (error && typeof error.code === 'string') return reject(error);
      const exitCode = error ? (error.code ?? undefined) : 0;
      resolve({ exitCode: exitCode as number | undefined, stdout, stderr });
    });
    if (standardInputFile !== undefined) child.stdin?.end(readFileSync(standardInputFile));
  });

/** Runs a command that has to succeed and gives what it printed; throws what it said instead. */
export const runOrThrow = async (
  command: string,
  args: readonly string[],
  options?: CommandOptions,
): Promise<string> => {
  const { exitCode, stdout, stderr } = await run(command, args, options);
  if (exitCode === 0) return stdout;
  throw new Error(`${command} ended with ${exitCode}: ${stderr}${stdout}`);
};

/** Runs an npm script of this project, with npm's own words left out. */
export const npmRun = (
  script: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Ended> => run('npm', ['run', '--silent', script, '--', ...args], options);

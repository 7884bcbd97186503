/** Runs other programs as a user does. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The end of a command. It has no exit code if a signal or the timeout ended it. */
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
  /** The file for its standard input; empty by default. */
  readonly standardInputFile?: string;
}

/** Runs a command to its end. Throws only if it cannot be started. */
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

/** Runs a command and returns its output. Throws the output if the command fails. */
export const runOrThrow = async (
  command: string,
  args: readonly string[],
  options?: CommandOptions,
): Promise<string> => {
  const { exitCode, stdout, stderr } = await run(command, args, options);
  if (exitCode === 0) return stdout;
  throw new Error(`${command} ended with ${exitCode}: ${stderr}${stdout}`);
};

/** Runs an npm script of this project without npm's own output. */
export const npmRun = (
  script: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Ended> => run('npm', ['run', '--silent', script, '--', ...args], options);

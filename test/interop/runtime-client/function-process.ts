/**
 * One execution environment: a process that runs a bundle under AWS's runtime client. It records
 * the output.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { basename, dirname, join } from 'node:path';
import { projectDirectory } from '../command.ts';
import { type Ended, type RuntimeEvent, startRuntimeApi } from './runtime-api.ts';

/** The Node that functions run on in AWS; the machine's own may be older. */
const node = join(projectDirectory, 'node_modules/.bin/node');

/** What Lambda sets beside the runner's variables, and the client requires. */
const lambdaEnvironment = {
  AWS_LAMBDA_FUNCTION_NAME: 'function',
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_LAMBDA_LOG_GROUP_NAME: 'group',
  AWS_LAMBDA_LOG_STREAM_NAME: 'stream',
};

/** A bundle and the environment that the template and the runner give it. */
export interface DeployedFunction {
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A running process. `lines` is its output so far, on both streams. */
export interface FunctionProcess {
  readonly invoke: (event: RuntimeEvent) => Promise<Ended>;
  readonly lines: () => readonly string[];
  readonly stop: () => Promise<void>;
}

/** Starts a process. If it dies, its event ends with the exit code. */
export async function startFunctionProcess(
  client: string,
  { file, environment }: DeployedFunction,
): Promise<FunctionProcess> {
  const api = await startRuntimeApi();
  const printed: string[] = [];
  const child = spawn(node, [client], {
    cwd: dirname(file),
    env: {
      ...lambdaEnvironment,
      ...environment,
      AWS_LAMBDA_RUNTIME_API: api.address,
      LAMBDA_TASK_ROOT: dirname(file),
      _HANDLER: `${basename(file, '.mjs')}.handler`,
      // `LoggingFormat.JSON` in lib/cloud/handler-function.ts sets the same format.
      AWS_LAMBDA_LOG_FORMAT: 'JSON',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => printed.push(text));
  const lines = (): readonly string[] => printed.join('').split('\n').filter(Boolean);
  const died = deathOf(child, lines);
  return {
    invoke: (event) => Promise.race([api.invoke(event), died]),
    lines,
    stop: async () => {
      child.kill('SIGKILL');
      await died;
      await api.stop();
    },
  };
}

/** Waits for the end of the process, and until all its output is read. */
const deathOf = (child: ChildProcess, lines: () => readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    child.once('close', (code, signal) => {
      const errorMessage = `exit status ${code ?? signal}`;
      resolve({ kind: 'error', errorType: 'Runtime.ExitError', errorMessage, trace: lines() });
    });
  });

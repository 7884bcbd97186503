/**
 * A process that runs many SCEP clients, so that no figure includes their CPU. It also starts
 * servers in its own network.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { getOperation, postPkiOperation } from '../../lib/scep-client/http.ts';
import { serve } from './calls.ts';
import { runInParallel } from './parallel.ts';
import { readStatusDigit } from './pki-status.ts';

/**
 * Requests that were built ahead, the number of clients, and whether a refused request is resent or
 * is an error.
 */
interface Load {
  readonly url: string;
  readonly messages: readonly Uint8Array[];
  readonly clients: number;
  readonly mayRefuse?: true;
}

/** The time until all requests were answered SUCCESS, and the number of refusals. */
interface LoadResult {
  readonly milliseconds: number;
  readonly refusals: number;
}

const maxAttempts = 200;
const startTries = 100;
const pauseMilliseconds = 100;

/** Sends every request until it is answered with SUCCESS. */
async function load({ clients, messages, ...target }: Load): Promise<LoadResult> {
  const start = performance.now();
  let refusals = 0;
  await runInParallel(clients, messages, async (message) => {
    refusals += await enrol(target, message);
  });
  return { milliseconds: performance.now() - start, refusals };
}

/**
 * Enrols one device and returns the number of refusals. After a PENDING it resends the same
 * request.
 */
async function enrol(
  { url, mayRefuse }: Pick<Load, 'url' | 'mayRefuse'>,
  message: Uint8Array,
): Promise<number> {
  let refusals = 0;
  for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
    const { body } = await postPkiOperation({ url: new URL(url) }, message);
    const pkiStatus = readStatusDigit(body, 'pkiStatus');
    if (pkiStatus === '0') return refusals;
    if (pkiStatus === '3') await setTimeout(pauseMilliseconds);
    else if (mayRefuse) refusals += 1;
    else throw new Error(`${url} refused a request: failInfo ${readStatusDigit(body, 'failInfo')}`);
  }
  throw new Error(`${url} did not issue in ${maxAttempts} attempts`);
}

/** A server that runs in this process's network and answers at `url`. */
interface ServerCommand {
  readonly url: string;
  readonly command: string;
  readonly args: readonly string[];
}

const servers: ChildProcess[] = [];

/**
 * Starts a server, waits until it answers, and returns its process id. It ends with this process.
 */
async function startServer({ url, command, args }: ServerCommand): Promise<number> {
  const server = spawn(command, args, { stdio: 'ignore' });
  servers.push(server);
  for (let attempt = 0; attempt < startTries; attempt += 1) {
    if (server.exitCode !== null) break;
    const answered = await getOperation({ url: new URL(url) }, 'GetCACaps').catch(() => undefined);
    if (answered && server.pid) return server.pid;
    await setTimeout(pauseMilliseconds);
  }
  throw new Error(`${command} does not answer at ${url}`);
}

const methods = { load, startServer };

export type ClientMethods = typeof methods;

serve(methods, async () => {
  await Promise.all(servers.filter((server) => server.kill('SIGKILL')).map(endOf));
});

const endOf = (server: ChildProcess): Promise<unknown> => once(server, 'exit');

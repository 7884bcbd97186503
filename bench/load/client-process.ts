/** A process that is many SCEP clients, so that their CPU is in no figure; it also starts servers in its own network. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { getOperation, postPkiOperation } from '../../lib/client/http.ts';
import { serve } from './calls.ts';
import { inParallel } from './parallel.ts';
import { statusDigit } from './pki-status.ts';

/** Requests built ahead, how many are sent at a time, and whether a refused one is sent again or an error. */
interface Load {
  readonly url: string;
  readonly messages: readonly Uint8Array[];
  readonly clients: number;
  readonly mayRefuse?: true;
}

/** How long all of them took until SUCCESS, and how many answers were refusals. */
interface LoadResult {
  readonly milliseconds: number;
  readonly refusals: number;
}

const mostTries = 200;
const startTries = 100;
const pauseMilliseconds = 100;

/** Sends every request until it is answered by SUCCESS. */
async function load({ clients, messages, ...target }: Load): Promise<LoadResult> {
  const start = performance.now();
  let refusals = 0;
  await inParallel(clients, messages, async (message) => {
    refusals += await enrol(target, message);
  });
  return { milliseconds: performance.now() - start, refusals };
}

/** Gives the number of refusals. A device that is told PENDING sends the same again, and is given its certificate. */
async function enrol(
  { url, mayRefuse }: Pick<Load, 'url' | 'mayRefuse'>,
  message: Uint8Array,
): Promise<number> {
  let refusals = 0;
  for (let attempt = 0; attempt < mostTries; attempt += 1) {
    const { body } = await postPkiOperation({ url: new URL(url) }, message);
    const pkiStatus = statusDigit(body, 'pkiStatus');
    if (pkiStatus === '0') return refusals;
    if (pkiStatus === '3') await setTimeout(pauseMilliseconds);
    else if (mayRefuse) refusals += 1;
    else throw new Error(`${url} refused a request: failInfo ${statusDigit(body, 'failInfo')}`);
  }
  throw new Error(`${url} did not issue in ${mostTries} attempts`);
}

/** A server to run in this process's network, where it answers at `url`. */
interface ServerCommand {
  readonly url: string;
  readonly command: string;
  readonly args: readonly string[];
}

const servers: ChildProcess[] = [];

/** Starts a server, waits until it answers, and gives its process id. It ends with this process. */
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

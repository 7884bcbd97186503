/**
 * The five functions of an enrolment in one process, as deployed, and in place of the state machine a few lines that pass
 * payloads on as JSON. Everything they call is in another process, so this one's CPU time is theirs.
 */
import { pathToFileURL } from 'node:url';
import type { Collected, IssuanceInput } from '../../lambda/issuance/task.ts';
import { certRepFieldsOf } from '../../test/http/cert-rep-fields.ts';
import { post } from '../../test/http/events.ts';
import type { HandlerName } from '../deployed-bundles.ts';
import { serve } from '../load/calls.ts';
import { inParallel } from '../load/parallel.ts';
import { cpuMillisecondsOf } from '../measure.ts';

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const handlers = new Map<string, Handler>();
const running = new Set<Promise<void>>();
const failures: unknown[] = [];
const mostAttempts = 3;

/** Imports the bundles. */
async function load(files: Readonly<Record<HandlerName, string>>): Promise<void> {
  for (const [name, file] of Object.entries(files))
    handlers.set(name, (await import(pathToFileURL(file).href)).handler);
}

/** Invokes one, with what it is given and gives as JSON, as Lambda does. */
async function invoke<Output>(name: HandlerName, event: unknown): Promise<Output> {
  const handler = handlers.get(name);
  if (handler === undefined) throw new Error(`${name} is not loaded`);
  const output = await handler(JSON.parse(JSON.stringify(event)), { awsRequestId: 'bench' });
  return JSON.parse(JSON.stringify(output)) as Output;
}

/** The execution was started: the tasks run beside the scep function, which waits for what they leave. */
async function started(input: string): Promise<void> {
  const execution = conduct(JSON.parse(input) as IssuanceInput)
    .catch((error: unknown) => void failures.push(error))
    .finally(() => running.delete(execution));
  running.add(execution);
}

async function conduct(input: IssuanceInput): Promise<void> {
  let collected = await task<Collected>('collect', await task('issue', input));
  while (!collected.ready) collected = await task<Collected>('collect', collected);
  await task('settle', await task('lint', collected));
}

/** Tries again, as the state machine does: a kept connection may be closed in the moment it is used. */
async function task<Output>(name: HandlerName, input: unknown): Promise<Output> {
  for (let attempt = 1; attempt < mostAttempts; attempt += 1) {
    try {
      return await invoke<Output>(name, input);
    } catch {
      // The last attempt's error is told.
    }
  }
  return invoke<Output>(name, input);
}

/** Enrols every request, so many at a time; the CPU time of all, in milliseconds. Throws if one is not issued. */
async function enrol({ messages, clients }: { messages: readonly Uint8Array[]; clients: number }) {
  const events = messages.map((message) => post(message));
  const replies: string[] = [];
  const milliseconds = await cpuMillisecondsOf(async () => {
    await inParallel(clients, events, async (event) => {
      replies.push((await invoke<{ readonly body: string }>('scep', event)).body);
    });
    await Promise.all(running);
  });
  if (failures.length > 0) throw failures[0];
  for (const reply of replies) {
    const { pkiStatus, failInfo } = certRepFieldsOf(Buffer.from(reply, 'base64'));
    if (pkiStatus !== '0') throw new Error(`pkiStatus ${pkiStatus}, failInfo ${failInfo}`);
  }
  return milliseconds;
}

const methods = { load, started, enrol };

export type FunctionsMethods = typeof methods;

serve(methods);

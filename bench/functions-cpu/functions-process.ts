/**
 * Both functions of an enrolment in one process, as deployed, and in place of the state machine a loop that passes payloads on as
 * JSON. Everything they call is in another process, so this one's CPU time is theirs.
 */
import { pathToFileURL } from 'node:url';
import type { CertifyResult } from '../../lambda/issuance/task.ts';
import { deviceEvent } from '../cold-start/events.ts';
import type { HandlerName } from '../deployed-bundles.ts';
import { serve } from '../load/calls.ts';
import { inParallel } from '../load/parallel.ts';
import { statusDigit } from '../load/pki-status.ts';
import { cpuMillisecondsOf } from '../measure.ts';

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const handlers = new Map<string, Handler>();
const running = new Set<Promise<void>>();
const failures: unknown[] = [];
const maxPendings = 20;

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

/** The execution was started: it runs beside the scep function, which waits for what it leaves. */
async function started(input: string): Promise<void> {
  const execution = certifyUntilDone(JSON.parse(input))
    .catch((error: unknown) => void failures.push(error))
    .finally(() => running.delete(execution));
  running.add(execution);
}

async function certifyUntilDone(input: unknown): Promise<void> {
  let result = await invoke<CertifyResult>('certify', input);
  while (!result.isDone) result = await invoke<CertifyResult>('certify', result);
}

/** Enrols one device; a PENDING is followed by the same request. */
async function enrolOne(message: Uint8Array): Promise<void> {
  const event = deviceEvent('PKIOperation', message);
  for (let pendings = 0; pendings < maxPendings; pendings += 1) {
    const { body } = await invoke<{ readonly body: string }>('scep', event);
    const status = statusDigit(Buffer.from(body, 'base64'), 'pkiStatus');
    if (status === '0') return;
    if (status !== '3') throw new Error(`pkiStatus ${status}`);
  }
  throw new Error(`PENDING ${maxPendings} times`);
}

/** Enrols every request, so many at a time; the CPU time of all, in milliseconds. Throws if one is not issued. */
async function enrol({ messages, clients }: { messages: readonly Uint8Array[]; clients: number }) {
  const milliseconds = await cpuMillisecondsOf(async () => {
    await inParallel(clients, messages, enrolOne);
    await Promise.all(running);
  });
  if (failures.length > 0) throw failures[0];
  return milliseconds;
}

const methods = { load, started, enrol };

export type FunctionsMethods = typeof methods;

// The log lines of the functions are part of their work; they are dropped here.
serve(methods);

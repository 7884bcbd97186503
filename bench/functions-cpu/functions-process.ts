/**
 * Both functions of an enrolment in one process, as deployed. A loop replaces the state machine and
 * passes payloads on as JSON. All services run in another process, so this one's CPU time is that
 * of the functions.
 */
import { pathToFileURL } from 'node:url';
import type { CertifyResult } from '../../lambda/issuance/task.ts';
import { buildDeviceEvent } from '../cold-start/events.ts';
import type { HandlerName } from '../deployed-bundles.ts';
import { serve } from '../load/calls.ts';
import { runInParallel } from '../load/parallel.ts';
import { readStatusDigit } from '../load/pki-status.ts';
import { measureCpuMilliseconds } from '../measure.ts';

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

/** Invokes a function. Its input and output pass through JSON, as they do in Lambda. */
async function invoke<Output>(name: HandlerName, event: unknown): Promise<Output> {
  const handler = handlers.get(name);
  if (handler === undefined) throw new Error(`${name} is not loaded`);
  const output = await handler(JSON.parse(JSON.stringify(event)), { awsRequestId: 'bench' });
  return JSON.parse(JSON.stringify(output)) as Output;
}

/** Runs an execution beside the scep function, which waits for the outcome that it writes. */
async function startExecution(input: string): Promise<void> {
  const execution = certifyUntilDone(JSON.parse(input))
    .catch((error: unknown) => void failures.push(error))
    .finally(() => running.delete(execution));
  running.add(execution);
}

async function certifyUntilDone(input: unknown): Promise<void> {
  let result = await invoke<CertifyResult>('certify', input);
  while (!result.isDone) result = await invoke<CertifyResult>('certify', result);
}

/** Enrols one device, and resends the same request after each PENDING. */
async function enrolOne(message: Uint8Array): Promise<void> {
  const event = buildDeviceEvent('PKIOperation', message);
  for (let pendings = 0; pendings < maxPendings; pendings += 1) {
    const { body } = await invoke<{ readonly body: string }>('scep', event);
    const status = readStatusDigit(Buffer.from(body, 'base64'), 'pkiStatus');
    if (status === '0') return;
    if (status !== '3') throw new Error(`pkiStatus ${status}`);
  }
  throw new Error(`PENDING ${maxPendings} times`);
}

/**
 * Enrols every request with `clients` at a time, and returns the CPU time in milliseconds. Throws
 * if one is not issued.
 */
async function enrol({ messages, clients }: { messages: readonly Uint8Array[]; clients: number }) {
  const milliseconds = await measureCpuMilliseconds(async () => {
    await runInParallel(clients, messages, enrolOne);
    await Promise.all(running);
  });
  if (failures.length > 0) throw failures[0];
  return milliseconds;
}

const methods = { load, startExecution, enrol };

export type FunctionsMethods = typeof methods;

// The functions' log lines are part of their work, but this process drops them.
serve(methods);

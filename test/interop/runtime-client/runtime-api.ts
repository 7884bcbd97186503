/**
 * Lambda's Runtime API for one process (AWS: "Using the Lambda runtime API for custom runtimes"),
 * on loopback: the process takes one event at a time and reports how each ended.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One event for the process. */
export interface RuntimeEvent {
  readonly event: unknown;
  readonly functionArn: string;
  /** In epoch milliseconds. */
  readonly deadline: number;
}

/** The result of an event. A state machine's Retry and Catch match `error`. */
export type Ended =
  | { readonly kind: 'response'; readonly payload: unknown }
  | {
      readonly kind: 'error' | 'init error';
      readonly errorType: string;
      readonly errorMessage: string;
      readonly trace: readonly string[];
    };

/** A listening Runtime API. */
export interface RuntimeApi {
  /** `AWS_LAMBDA_RUNTIME_API`: a host and a port. */
  readonly address: string;
  /** Passes an event to the process. Wait for its result before the next event. */
  readonly invoke: (event: RuntimeEvent) => Promise<Ended>;
  readonly stop: () => Promise<void>;
}

interface Waiting extends RuntimeEvent {
  readonly id: string;
  readonly resolve: (ended: Ended) => void;
}

const base = '/2018-06-01/runtime';

/** Starts a Runtime API. */
export async function startRuntimeApi(): Promise<RuntimeApi> {
  let waiting: Waiting | undefined;
  let next: ServerResponse | undefined;
  let failedInit: Ended | undefined;

  const deliver = (): void => {
    if (waiting === undefined || next === undefined) return;
    next.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': waiting.id,
      'lambda-runtime-deadline-ms': String(waiting.deadline),
      'lambda-runtime-invoked-function-arn': waiting.functionArn,
      'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000;Sampled=0',
    });
    next.end(JSON.stringify(waiting.event));
    next = undefined;
  };
  const end = (ended: Ended): void => {
    waiting?.resolve(ended);
    waiting = undefined;
  };
  const reports: Readonly<Record<string, (body: unknown) => void>> = {
    response: (payload) => end({ kind: 'response', payload }),
    error: (body) => end({ kind: 'error', ...(body as ErrorReport) }),
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { url = '' } = request;
    if (url === `${base}/invocation/next`) {
      next = response;
      deliver();
      return;
    }
    const body: unknown = JSON.parse((await textOf(request)) || 'null');
    if (url === `${base}/init/error`) {
      failedInit = { kind: 'init error', ...(body as ErrorReport) };
      end(failedInit);
    }
    const [, id, report = ''] = /\/invocation\/([^/]+)\/(\w+)$/.exec(url) ?? [];
    if (id === waiting?.id) reports[report]?.(body);
    response.writeHead(202).end('{"status":"OK"}');
  };

  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    invoke: (event) =>
      new Promise((resolve) => {
        if (failedInit) return resolve(failedInit);
        waiting = { ...event, id: randomUUID(), resolve };
        deliver();
      }),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

interface ErrorReport {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

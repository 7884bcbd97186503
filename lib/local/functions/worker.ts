/** A worker thread: one execution environment of a function. Loads the handler once, then takes one event at a time. */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import {
  functionErrorOf,
  type InvocationRequest,
  type InvocationResult,
  type WorkerMessage,
  type WorkerSetup,
} from './invocation.ts';

type Handler = (event: unknown, context: unknown) => unknown;

const setup = workerData as WorkerSetup;

const loadHandler = async (): Promise<Handler> => {
  const module: Record<string, unknown> = await import(pathToFileURL(setup.handlerFile).href);
  const handler = module[setup.exportName];
  if (typeof handler === 'function') return handler as Handler;
  const error = new Error(`${setup.handlerFile} does not export a function ${setup.exportName}`);
  error.name = 'Runtime.HandlerNotFound';
  throw error;
};

/** The context object; the log group and stream have no meaning here and are left out. */
const contextOf = ({ requestId, deadline }: InvocationRequest): Record<string, unknown> => ({
  awsRequestId: requestId,
  callbackWaitsForEmptyEventLoop: true,
  functionName: setup.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: setup.functionArn,
  memoryLimitInMB: String(setup.memoryMegabytes),
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
});

const run = async (handler: Handler, request: InvocationRequest): Promise<InvocationResult> => {
  try {
    const result = await handler(JSON.parse(request.payload), contextOf(request));
    return { ok: true, payload: JSON.stringify(result) ?? 'null' };
  } catch (thrown) {
    return { ok: false, error: functionErrorOf(thrown) };
  }
};

const send = (message: WorkerMessage): void => parentPort?.postMessage(message);

const handler = await loadHandler();
parentPort?.on('message', (request: InvocationRequest) => {
  void run(handler, request).then((result) => send({ result }));
});
send({ ready: true });

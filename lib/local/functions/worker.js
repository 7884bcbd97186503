// @ts-check
/**
 * A worker thread: one execution environment of a function. It loads the handler once, then
 * processes one event at a time. It is JavaScript, because each thread that loads TypeScript takes
 * 11 MB and 32 ms for Node's compiler.
 */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { toFunctionError } from './function-error.js';

/** @typedef {(event: unknown, context: unknown) => unknown} Handler */
/** @typedef {import('./invocation.ts').InvocationRequest} InvocationRequest */

/** @type {import('./invocation.ts').WorkerSetup} */
const setup = workerData;

/** @returns {Promise<Handler>} */
const loadHandler = async () => {
  /** @type {Readonly<Record<string, unknown>>} */
  const module = await import(pathToFileURL(setup.handlerFile).href);
  const handler = module[setup.exportName];
  if (typeof handler === 'function') return /** @type {Handler} */ (handler);
  const error = new Error(`${setup.handlerFile} does not export a function ${setup.exportName}`);
  error.name = 'Runtime.HandlerNotFound';
  throw error;
};

/**
 * The context object, without the log group and stream, which have no meaning here.
 * @param {InvocationRequest} request
 */
const contextOf = ({ requestId, deadline }) => ({
  awsRequestId: requestId,
  callbackWaitsForEmptyEventLoop: true,
  functionName: setup.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: setup.functionArn,
  memoryLimitInMB: String(setup.memoryMegabytes),
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
});

/**
 * @param {Handler} handler
 * @param {InvocationRequest} request
 * @returns {Promise<import('./invocation.ts').InvocationResult>}
 */
const run = async (handler, request) => {
  try {
    const result = await handler(JSON.parse(request.payload), contextOf(request));
    return { ok: true, payload: JSON.stringify(result) ?? 'null' };
  } catch (thrown) {
    return { ok: false, error: toFunctionError(thrown) };
  }
};

/** @param {import('./invocation.ts').WorkerMessage} message */
const send = (message) => parentPort?.postMessage(message);

const handler = await loadHandler();
parentPort?.on('message', (/** @type {InvocationRequest} */ request) => {
  void run(handler, request).then((result) => send({ result }));
});
send({ ready: true });

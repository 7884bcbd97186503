/**
 * One execution environment of a function: a worker thread with the same lifecycle as in Lambda.
 */
import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { toFunctionError } from './function-error.js';
import type {
  FunctionError,
  InvocationRequest,
  InvocationResult,
  WorkerMessage,
  WorkerSetup,
} from './invocation.ts';
import type { FunctionLog } from './log.ts';

/** A function, as its template declares it. */
export interface FunctionDefinition extends WorkerSetup {
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

// Lambda allows ten seconds for initialisation. After that it repeats it once within the first
// invocation's time.
const initialisationSeconds = 10;

// Without this limit V8 lets it grow to 48 MB per thread before a collection.
const youngGenerationMegabytes = 2;

const buildTimeoutError = (seconds: number): FunctionError => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `Error: Task timed out after ${seconds.toFixed(2)} seconds`,
});

const buildExitError = (code: number): FunctionError => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `Error: Runtime exited with error: exit status ${code}`,
});

/**
 * A worker thread that processes one event at a time. Once `isAlive` is false it accepts no more
 * events.
 */
export class ExecutionEnvironment {
  readonly #definition: FunctionDefinition;
  readonly #worker: Worker;
  readonly #ready = Promise.withResolvers<void>();
  #finish: ((result: InvocationResult) => void) | undefined;
  #death: FunctionError | undefined;

  /** Starts the thread, which loads the handler at once; its output goes to `log`. */
  constructor(definition: FunctionDefinition, log: FunctionLog) {
    const { environment, timeoutSeconds: _timeout, ...setup } = definition;
    this.#definition = definition;
    this.#worker = new Worker(new URL('./worker.js', import.meta.url), {
      workerData: setup satisfies WorkerSetup,
      env: { ...environment },
      execArgv: [],
      stdout: true,
      stderr: true,
      resourceLimits: {
        maxOldGenerationSizeMb: setup.memoryMegabytes,
        maxYoungGenerationSizeMb: youngGenerationMegabytes,
      },
    });
    log.follow(this.#worker.stdout);
    log.follow(this.#worker.stderr);
    this.#worker.on('message', (message: WorkerMessage) => this.#receive(message));
    this.#worker.on('error', (error) => this.#die(toFunctionError(error)));
    this.#worker.on('exit', (code) => this.#die(buildExitError(code)));
  }

  get isAlive(): boolean {
    return this.#death === undefined;
  }

  /** Processes one event; never rejects. Call it again only after it has resolved. */
  async invoke(payload: string): Promise<InvocationResult> {
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    this.#finish = resolve;
    const { timeoutSeconds } = this.#definition;
    await this.#within(initialisationSeconds + timeoutSeconds, this.#ready.promise);
    if (this.#death) return { ok: false, error: this.#death };
    const deadline = Date.now() + timeoutSeconds * 1000;
    this.#worker.postMessage({
      requestId: randomUUID(),
      payload,
      deadline,
    } satisfies InvocationRequest);
    return this.#within(timeoutSeconds, promise);
  }

  /** Ends the thread; its current event ends with an error. */
  async stop(): Promise<void> {
    this.#die(buildExitError(0));
    await this.#worker.terminate();
  }

  /** Waits for a promise within a time limit; after it, ends the thread. */
  async #within<T>(seconds: number, promise: Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      this.#die(buildTimeoutError(this.#definition.timeoutSeconds));
      void this.#worker.terminate();
    }, seconds * 1000);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  #receive(message: WorkerMessage): void {
    if ('ready' in message) this.#ready.resolve();
    else this.#finish?.(message.result);
  }

  #die(error: FunctionError): void {
    this.#death ??= error;
    this.#finish?.({ ok: false, error: this.#death });
    this.#ready.resolve();
  }
}

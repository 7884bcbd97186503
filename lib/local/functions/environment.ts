/**
 * One execution environment of a function: a worker thread with the life and the death Lambda gives
 * it.
 */
import { randomUUID } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { functionErrorOf } from './function-error.js';
import type {
  FunctionError,
  InvocationRequest,
  InvocationResult,
  WorkerMessage,
  WorkerSetup,
} from './invocation.ts';
import type { FunctionLog } from './log.ts';

/** What a function is, as its template has it. */
export interface FunctionDefinition extends WorkerSetup {
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
}

// Lambda gives initialisation ten seconds, and starts it once more within the first invocation's
// own time.
const initialisationSeconds = 10;

// V8 would let it grow to 48 MB per thread before a collection.
const youngGenerationMegabytes = 2;

const timedOut = (seconds: number): FunctionError => ({
  errorType: 'Sandbox.Timedout',
  errorMessage: `Error: Task timed out after ${seconds.toFixed(2)} seconds`,
});

const exited = (code: number): FunctionError => ({
  errorType: 'Runtime.ExitError',
  errorMessage: `Error: Runtime exited with error: exit status ${code}`,
});

/**
 * A worker thread with one event at a time. After `isAlive` has become false it takes no more of
 * them.
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
    this.#worker.on('error', (error) => this.#die(functionErrorOf(error)));
    this.#worker.on('exit', (code) => this.#die(exited(code)));
  }

  get isAlive(): boolean {
    return this.#death === undefined;
  }

  /** Runs one event; never rejects. The next may come only when this has resolved. */
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

  /** Ends the thread; an event in it ends with an error. */
  async stop(): Promise<void> {
    this.#die(exited(0));
    await this.#worker.terminate();
  }

  /** Waits; ends the thread, and with it what is waited for, where that takes longer. */
  async #within<T>(seconds: number, promise: Promise<T>): Promise<T> {
    const timer = setTimeout(() => {
      this.#die(timedOut(this.#definition.timeoutSeconds));
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

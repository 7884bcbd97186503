/**
 * A function: execution environments that process one event at a time, and a queue of waiting
 * events.
 */
import type { Concurrency } from './concurrency.ts';
import { ExecutionEnvironment, type FunctionDefinition } from './environment.ts';
import type { InvocationResult } from './invocation.ts';
import type { FunctionLog } from './log.ts';
import type { ThreadBudget } from './threads.ts';

/** The resources that a pool shares with other pools, and its function's log. */
export interface PoolOptions {
  readonly log: FunctionLog;
  readonly concurrency: Concurrency;
  readonly threads: ThreadBudget;
  readonly around?: AroundInvocation | undefined;
  /**
   * The milliseconds after which an idle environment ends. Lambda waits minutes; a laptop needs its
   * memory sooner.
   */
  readonly idleMilliseconds?: number;
}

/**
 * Runs around an invocation of a function, given by its physical name; a measurement takes its time
 * there.
 */
export type AroundInvocation = (
  functionName: string,
  run: () => Promise<InvocationResult>,
) => Promise<InvocationResult>;

const idleMilliseconds = 5_000;

// Lambda's limit of a synchronous payload, in both directions.
const maxPayloadBytes = 6 * 1024 * 1024;

const buildRefusal = (errorType: string, errorMessage: string) => ({
  ok: false as const,
  error: { errorType, errorMessage },
});

const stopped = buildRefusal('Runtime.ExitError', 'the local runner has stopped');

const throttled: InvocationResult = {
  ok: false,
  isThrottled: true,
  error: { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' },
};

type Waiting = (environment: ExecutionEnvironment | undefined) => void;

/** A running function; its first event starts its first environment. */
export class FunctionPool {
  readonly #definition: FunctionDefinition;
  readonly #options: PoolOptions;
  readonly #all = new Set<ExecutionEnvironment>();
  /**
   * Idle environments with the timers that end them. The most recently used one is last, and is
   * reused first.
   */
  readonly #idle = new Map<ExecutionEnvironment, NodeJS.Timeout>();
  /** Environments that accept no further event. */
  readonly #outdated = new WeakSet<ExecutionEnvironment>();
  readonly #waiting: Waiting[] = [];
  #isWatching = false;
  #isStopped = false;

  constructor(definition: FunctionDefinition, options: PoolOptions) {
    this.#definition = definition;
    this.#options = options;
  }

  /**
   * Invokes the function with an event. It never rejects, because an error is a result. Invocations
   * above the concurrency are throttled.
   */
  readonly invoke = async (event: unknown): Promise<InvocationResult> => {
    const payload = JSON.stringify(event);
    if (payload.length > maxPayloadBytes) {
      return { ...buildRefusal('RequestTooLargeException', 'event over 6 MB'), isTooLarge: true };
    }
    const leave = this.#options.concurrency.enter(this.#definition.functionArn);
    if (!leave) return throttled;
    try {
      const { around } = this.#options;
      const run = () => this.#run(payload);
      return await (around ? around(this.#definition.functionName, run) : run());
    } finally {
      leave();
    }
  };

  /**
   * Ends each environment after its current event. The next event starts a new one, which reloads
   * everything.
   */
  readonly renew = async (): Promise<void> => {
    const idle = [...this.#idle];
    this.#idle.clear();
    for (const environment of this.#all) this.#outdated.add(environment);
    for (const [environment, timer] of idle) {
      clearTimeout(timer);
      this.#remove(environment);
    }
    await Promise.all(idle.map(([environment]) => environment.stop()));
  };

  /** Ends every environment; running and waiting invocations end with an error. */
  readonly stop = async (): Promise<void> => {
    this.#isStopped = true;
    for (const wake of this.#waiting.splice(0)) wake(undefined);
    for (const timer of this.#idle.values()) clearTimeout(timer);
    await Promise.all([...this.#all].map((environment) => environment.stop()));
    await this.#options.log.close();
  };

  async #run(payload: string): Promise<InvocationResult> {
    const environment = await this.#acquire();
    if (!environment) return stopped;
    const result = await environment.invoke(payload);
    if (!result.ok) this.#options.log.write(JSON.stringify({ level: 'ERROR', ...result.error }));
    this.#release(environment);
    const isTooLarge = result.ok && result.payload.length > maxPayloadBytes;
    return isTooLarge
      ? buildRefusal('Function.ResponseSizeTooLarge', 'response over 6 MB')
      : result;
  }

  /**
   * An idle environment, a new one, or the first to become free; undefined once the pool is
   * stopped.
   */
  async #acquire(): Promise<ExecutionEnvironment | undefined> {
    if (this.#isStopped) return undefined;
    const environment = this.#takeIdle() ?? this.#start();
    if (environment) return environment;
    const { promise, resolve } = Promise.withResolvers<ExecutionEnvironment | undefined>();
    this.#waiting.push(resolve);
    this.#watch();
    return promise;
  }

  #takeIdle(): ExecutionEnvironment | undefined {
    for (const [environment, timer] of [...this.#idle].reverse()) {
      clearTimeout(timer);
      this.#idle.delete(environment);
      if (environment.isAlive) return environment;
      // An environment that died while idle is detected here, before an event would fail in it.
      this.#remove(environment);
    }
    return undefined;
  }

  #start(): ExecutionEnvironment | undefined {
    if (!this.#options.threads.take(this.#all.size)) return undefined;
    const environment = new ExecutionEnvironment(this.#definition, this.#options.log);
    this.#all.add(environment);
    return environment;
  }

  #remove(environment: ExecutionEnvironment): void {
    if (this.#all.delete(environment)) this.#options.threads.giveBack();
  }

  #end(environment: ExecutionEnvironment): void {
    this.#remove(environment);
    void environment.stop();
  }

  #release(environment: ExecutionEnvironment): void {
    if (!environment.isAlive) this.#remove(environment);
    else if (this.#outdated.has(environment)) this.#end(environment);
    else if (this.#waiting.length > 0) this.#waiting.shift()?.(environment);
    else if (!this.#isStopped) this.#keepIdle(environment);
    this.#serveWaiting();
  }

  #keepIdle(environment: ExecutionEnvironment): void {
    const end = (): void => {
      this.#idle.delete(environment);
      this.#end(environment);
    };
    const after = this.#options.idleMilliseconds ?? idleMilliseconds;
    this.#idle.set(environment, setTimeout(end, after).unref());
  }

  /** Starts environments for waiting events while threads are available. */
  #serveWaiting(): void {
    while (this.#waiting.length > 0 && !this.#isStopped) {
      const environment = this.#start();
      if (environment) this.#waiting.shift()?.(environment);
      else break;
    }
    if (this.#waiting.length > 0) this.#watch();
  }

  /** Waits for a thread of another function. */
  #watch(): void {
    if (this.#isWatching) return;
    this.#isWatching = true;
    this.#options.threads.onFree(() => {
      this.#isWatching = false;
      this.#serveWaiting();
    });
  }
}

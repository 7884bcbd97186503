/** A function: as many execution environments as run at once, each with one event at a time. */
import { ExecutionEnvironment, type FunctionDefinition } from './environment.ts';
import type { InvocationResult } from './invocation.ts';
import type { FunctionLog } from './log.ts';

// Lambda would start a thousand and then throttle. Here further events wait: a thread costs some 20 MB.
const environmentsAtMost = 10;

// Lambda's limit of a synchronous payload, either way.
const payloadLimitBytes = 6 * 1024 * 1024;

const refused = (errorType: string, errorMessage: string): InvocationResult => ({
  ok: false,
  error: { errorType, errorMessage },
});

const stopped = refused('Runtime.ExitError', 'the local runner has ended');

/** A running function; its first environment starts with its first event. */
export class FunctionPool {
  readonly #definition: FunctionDefinition;
  readonly #log: FunctionLog;
  readonly #all = new Set<ExecutionEnvironment>();
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #waiting: (() => void)[] = [];
  #isStopped = false;

  constructor(definition: FunctionDefinition, log: FunctionLog) {
    this.#definition = definition;
    this.#log = log;
  }

  /** Invokes the function with an event; never rejects, an error is a result. */
  readonly invoke = async (event: unknown): Promise<InvocationResult> => {
    const payload = JSON.stringify(event);
    if (payload.length > payloadLimitBytes) {
      return refused('RequestTooLargeException', 'event over 6 MB');
    }
    const environment = await this.#acquire();
    if (!environment) return stopped;
    const result = await environment.invoke(payload);
    if (!result.ok) this.#log.write(JSON.stringify({ level: 'ERROR', ...result.error }));
    this.#release(environment);
    const isTooLarge = result.ok && result.payload.length > payloadLimitBytes;
    return isTooLarge ? refused('Function.ResponseSizeTooLarge', 'response over 6 MB') : result;
  };

  /** Ends every environment; invocations still running or waiting end with an error. */
  readonly stop = async (): Promise<void> => {
    this.#isStopped = true;
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all([...this.#all].map((environment) => environment.stop()));
    await this.#log.close();
  };

  /** An idle environment, a new one, or the first to become free; none once the pool is stopped. */
  async #acquire(): Promise<ExecutionEnvironment | undefined> {
    while (!this.#isStopped) {
      const idle = this.#idle.pop();
      if (idle?.isAlive) return idle;
      // One that died while idle is found out here, not by the event it would have failed.
      if (idle) this.#all.delete(idle);
      else if (this.#all.size < environmentsAtMost) return this.#start();
      else await new Promise<void>((wake) => void this.#waiting.push(wake));
    }
    return undefined;
  }

  #start(): ExecutionEnvironment {
    const environment = new ExecutionEnvironment(this.#definition, this.#log);
    this.#all.add(environment);
    return environment;
  }

  #release(environment: ExecutionEnvironment): void {
    if (environment.isAlive) this.#idle.push(environment);
    else this.#all.delete(environment);
    this.#waiting.shift()?.();
  }
}

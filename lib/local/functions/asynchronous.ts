/**
 * Asynchronous invocation: Lambda takes the event, tells its sender nothing more, and tries again
 * after an error.
 */
import type { FunctionError, InvocationResult, Invoke } from './invocation.ts';

/** What `AWS::Lambda::EventInvokeConfig` sets; its defaults are Lambda's. */
interface AsynchronousSettings {
  readonly retries: number;
  /** An event older than this is not tried again. */
  readonly oldestEventSeconds: number;
}

/**
 * Invokes functions asynchronously. Events that wait for their next attempt are lost when the
 * runner ends.
 */
export interface AsynchronousInvocations {
  /**
   * Takes an event; resolves with how its first attempt ended, which AWS tells nobody. Never
   * rejects.
   */
  readonly send: (functionArn: string, event: unknown) => Promise<InvocationResult>;
  readonly configure: (functionArn: string, settings: Partial<AsynchronousSettings>) => void;
  readonly stop: () => void;
}

/** How functions are found, and who is told of events that were given up. */
export interface AsynchronousOptions {
  readonly invoke: (functionArn: string) => Invoke;
  readonly report: (message: string) => void;
}

interface AcceptedEvent {
  readonly functionArn: string;
  readonly event: unknown;
  readonly acceptedAt: number;
}

/** How often an event was tried, by how that ended. */
interface Attempts {
  readonly failed: number;
  readonly throttled: number;
}

const defaults: AsynchronousSettings = { retries: 2, oldestEventSeconds: 6 * 3600 };

// Lambda's own: a minute before the second attempt, two before the third.
const waitsSeconds = [60, 120];

// "From 1 second after the first attempt to a maximum of 5 minutes" (Lambda Developer Guide,
// asynchronous invocation): an event that Lambda throttles goes back to its queue until it is too
// old, and is no failure of the function.
const longestThrottleSeconds = 300;

/** Makes the queue; nothing is in it yet. */
export const createAsynchronousInvocations = ({
  invoke,
  report,
}: AsynchronousOptions): AsynchronousInvocations => {
  const settings = new Map<string, AsynchronousSettings>();
  const timers = new Set<NodeJS.Timeout>();
  let isStopped = false;

  const attempt = async (accepted: AcceptedEvent, so: Attempts): Promise<InvocationResult> => {
    const result = await invoke(accepted.functionArn)(accepted.event);
    if (result.ok || isStopped) return result;
    const now: Attempts = result.isThrottled
      ? { ...so, throttled: so.throttled + 1 }
      : { ...so, failed: so.failed + 1 };
    const waitSeconds = result.isThrottled
      ? Math.min(2 ** so.throttled, longestThrottleSeconds)
      : (waitsSeconds[so.failed] ?? Number.POSITIVE_INFINITY);
    tryAgain(accepted, now, waitSeconds, result.error);
    return result;
  };
  const tryAgain = (
    accepted: AcceptedEvent,
    so: Attempts,
    waitSeconds: number,
    error: FunctionError,
  ): void => {
    const { retries, oldestEventSeconds } = settings.get(accepted.functionArn) ?? defaults;
    const ageMilliseconds = Date.now() + waitSeconds * 1000 - accepted.acceptedAt;
    if (so.failed > retries || ageMilliseconds > oldestEventSeconds * 1000) {
      const name = accepted.functionArn.split(':').pop();
      const attempts = so.failed + so.throttled;
      report(`${name}: an event is given up after ${attempts} attempts: ${error.errorType}`);
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      void attempt(accepted, so);
    }, waitSeconds * 1000).unref();
    timers.add(timer);
  };
  return {
    send: (functionArn, event) =>
      attempt({ functionArn, event, acceptedAt: Date.now() }, { failed: 0, throttled: 0 }),
    configure: (functionArn, given) => {
      settings.set(functionArn, { ...defaults, ...given });
    },
    stop: () => {
      isStopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
};

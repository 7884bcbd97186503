/**
 * Asynchronous invocation: Lambda accepts the event, reports no result, and retries after an error.
 */
import type { FunctionError, InvocationResult, Invoke } from './invocation.ts';

/** The settings of `AWS::Lambda::EventInvokeConfig`; the defaults are Lambda's. */
interface AsynchronousSettings {
  readonly retries: number;
  /** An event older than this is not retried. */
  readonly maxEventAgeSeconds: number;
}

/** Invokes functions asynchronously. Events that wait for a retry are lost when the runner ends. */
export interface AsynchronousInvocations {
  /**
   * Accepts an event. Resolves with the first attempt's result, which AWS does not reveal. Never
   * rejects.
   */
  readonly send: (functionArn: string, event: unknown) => Promise<InvocationResult>;
  readonly configure: (functionArn: string, settings: Partial<AsynchronousSettings>) => void;
  readonly stop: () => void;
}

/** Finds functions, and reports events that were dropped. */
export interface AsynchronousOptions {
  readonly invoke: (functionArn: string) => Invoke;
  readonly report: (message: string) => void;
}

interface AcceptedEvent {
  readonly functionArn: string;
  readonly event: unknown;
  readonly acceptedAt: number;
}

/** An event's attempts, by result. */
interface Attempts {
  readonly failed: number;
  readonly throttled: number;
}

const defaults: AsynchronousSettings = { retries: 2, maxEventAgeSeconds: 6 * 3600 };

// Lambda's own delays: one minute before the second attempt, two before the third.
const waitsSeconds = [60, 120];

// "From 1 second after the first attempt to a maximum of 5 minutes" (Lambda Developer Guide,
// asynchronous invocation). A throttled event returns to the queue until it is too old, and does
// not count as a failure of the function.
const maxThrottleSeconds = 300;

/** Creates the queue, empty. */
export const createAsynchronousInvocations = ({
  invoke,
  report,
}: AsynchronousOptions): AsynchronousInvocations => {
  const settings = new Map<string, AsynchronousSettings>();
  const timers = new Set<NodeJS.Timeout>();
  let isStopped = false;

  const attempt = async (accepted: AcceptedEvent, earlier: Attempts): Promise<InvocationResult> => {
    const result = await invoke(accepted.functionArn)(accepted.event);
    if (result.ok || isStopped) return result;
    const counted: Attempts = result.isThrottled
      ? { ...earlier, throttled: earlier.throttled + 1 }
      : { ...earlier, failed: earlier.failed + 1 };
    const waitSeconds = result.isThrottled
      ? Math.min(2 ** earlier.throttled, maxThrottleSeconds)
      : (waitsSeconds[earlier.failed] ?? Number.POSITIVE_INFINITY);
    retry(accepted, counted, waitSeconds, result.error);
    return result;
  };
  const retry = (
    accepted: AcceptedEvent,
    counted: Attempts,
    waitSeconds: number,
    error: FunctionError,
  ): void => {
    const { retries, maxEventAgeSeconds } = settings.get(accepted.functionArn) ?? defaults;
    const ageMilliseconds = Date.now() + waitSeconds * 1000 - accepted.acceptedAt;
    if (counted.failed > retries || ageMilliseconds > maxEventAgeSeconds * 1000) {
      const name = accepted.functionArn.split(':').pop();
      const attempts = counted.failed + counted.throttled;
      report(`${name}: dropped an event after ${attempts} attempts: ${error.errorType}`);
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      void attempt(accepted, counted);
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

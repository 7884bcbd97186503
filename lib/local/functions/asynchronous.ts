/** Asynchronous invocation: Lambda takes the event, tells its sender nothing more, and tries again after an error. */
import type { FunctionError, InvocationResult, Invoke } from './invocation.ts';

/** What `AWS::Lambda::EventInvokeConfig` sets; its defaults are Lambda's. */
interface AsynchronousSettings {
  readonly retries: number;
  /** An event older than this is not tried again. */
  readonly oldestEventSeconds: number;
}

/** Invokes functions asynchronously. Events that wait for their next attempt are lost when the runner ends. */
export interface AsynchronousInvocations {
  /** Takes an event; resolves with how its first attempt ended, which AWS tells nobody. Never rejects. */
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

const defaults: AsynchronousSettings = { retries: 2, oldestEventSeconds: 6 * 3600 };

// Lambda's own: a minute before the second attempt, two before the third.
const waitsSeconds = [60, 120];

/** Makes the queue; nothing is in it yet. */
export const createAsynchronousInvocations = ({
  invoke,
  report,
}: AsynchronousOptions): AsynchronousInvocations => {
  const settings = new Map<string, AsynchronousSettings>();
  const timers = new Set<NodeJS.Timeout>();
  let isStopped = false;

  const attempt = async (accepted: AcceptedEvent, failures: number): Promise<InvocationResult> => {
    const result = await invoke(accepted.functionArn)(accepted.event);
    if (!result.ok && !isStopped) tryAgain(accepted, failures, result.error);
    return result;
  };
  const tryAgain = (accepted: AcceptedEvent, failures: number, error: FunctionError): void => {
    const { retries, oldestEventSeconds } = settings.get(accepted.functionArn) ?? defaults;
    const waitMilliseconds = (waitsSeconds[failures] ?? Number.POSITIVE_INFINITY) * 1000;
    const ageMilliseconds = Date.now() + waitMilliseconds - accepted.acceptedAt;
    if (failures >= retries || ageMilliseconds > oldestEventSeconds * 1000) {
      const name = accepted.functionArn.split(':').pop();
      report(`${name}: an event is given up after ${failures + 1} attempts: ${error.errorType}`);
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      void attempt(accepted, failures + 1);
    }, waitMilliseconds).unref();
    timers.add(timer);
  };
  return {
    send: (functionArn, event) => attempt({ functionArn, event, acceptedAt: Date.now() }, 0),
    configure: (functionArn, given) => {
      settings.set(functionArn, { ...defaults, ...given });
    },
    stop: () => {
      isStopped = true;
      for (const timer of timers) clearTimeout(timer);
    },
  };
};

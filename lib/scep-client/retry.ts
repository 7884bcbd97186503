/** Retries after an outage, and waits between polls. */
import { setTimeout as sleepMilliseconds } from 'node:timers/promises';
import { ScepClientError } from './errors.ts';

/** A report of an enrolment's progress. */
export type Progress =
  | { readonly kind: 'ca'; readonly fingerprint: string; readonly pinned: boolean }
  | {
      readonly kind: 'pending' | 'unavailable';
      readonly elapsedSeconds: number;
      /** The time until the next try. */
      readonly waitSeconds: number;
    };

/** The times between tries, and their end. */
export interface RetryPolicy {
  readonly pollIntervalSeconds: number;
  readonly timeoutSeconds: number;
  /** The start of the enrolment, in epoch milliseconds. */
  readonly startedAt: number;
  readonly onProgress: (progress: Progress) => void;
  /** Whether the server has answered before. A broken connection is then an outage too. */
  readonly hasAnswered?: boolean;
}

/**
 * Waits for the poll interval, or for the server's Retry-After if that is longer. If the wait would
 * end after the timeout, throws the outage, or `timeout` for a pending request.
 */
export async function waitBeforeRetry(
  policy: RetryPolicy,
  outage?: ScepClientError,
): Promise<void> {
  const elapsedSeconds = (Date.now() - policy.startedAt) / 1000;
  const waitSeconds = Math.max(policy.pollIntervalSeconds, outage?.retryAfterSeconds ?? 0);
  if (elapsedSeconds + waitSeconds > policy.timeoutSeconds) {
    if (outage) throw outage;
    const message = `The request is still pending after ${Math.round(elapsedSeconds)} s.`;
    throw new ScepClientError('timeout', message);
  }
  const kind = outage ? 'unavailable' : 'pending';
  policy.onProgress({ kind, elapsedSeconds, waitSeconds });
  await sleepMilliseconds(waitSeconds * 1000);
}

/** Runs a function, and repeats it after an outage until the timeout. Any other error is thrown. */
export async function withRetry<T>(policy: RetryPolicy, run: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (!isOutage(error, policy.hasAnswered ?? false)) throw error;
      await waitBeforeRetry(policy, error);
    }
  }
}

function isOutage(error: unknown, hasAnswered: boolean): error is ScepClientError {
  if (!(error instanceof ScepClientError)) return false;
  return error.code === 'unavailable' || (hasAnswered && error.code === 'unreachable');
}

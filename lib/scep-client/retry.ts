import { setTimeout as sleepMilliseconds } from 'node:timers/promises';
import { ScepClientError } from './errors.ts';

/** What an enrolment tells while it goes on. */
export type Progress =
  | { readonly kind: 'ca'; readonly fingerprint: string; readonly pinned: boolean }
  | {
      readonly kind: 'pending' | 'unavailable';
      readonly elapsedSeconds: number;
      readonly againInSeconds: number;
    };

/** How long to wait, and between what. */
export interface RetryPolicy {
  readonly pollIntervalSeconds: number;
  readonly timeoutSeconds: number;
  /** When the enrolment began, in epoch milliseconds. */
  readonly startedAt: number;
  readonly onProgress: (progress: Progress) => void;
  /** Whether the server has answered before: a broken connection is then an outage too. */
  readonly contacted?: boolean;
}

/**
 * Waits before asking again: the poll interval, or as long as the server asked for. Throws when
 * that would end after the timeout: `unavailable` itself for an outage, `timeout` while pending.
 */
export async function waitBeforeRetry(
  patience: RetryPolicy,
  outage?: ScepClientError,
): Promise<void> {
  const elapsedSeconds = (Date.now() - patience.startedAt) / 1000;
  const againInSeconds = Math.max(patience.pollIntervalSeconds, outage?.retryAfterSeconds ?? 0);
  if (elapsedSeconds + againInSeconds > patience.timeoutSeconds) {
    if (outage) throw outage;
    const message = `Still pending after ${Math.round(elapsedSeconds)} s.`;
    throw new ScepClientError('timeout', message);
  }
  const kind = outage ? 'unavailable' : 'pending';
  patience.onProgress({ kind, elapsedSeconds, againInSeconds });
  await sleepMilliseconds(againInSeconds * 1000);
}

/** Does it, and again after each outage (an outage is not a refusal), until the timeout. */
export async function withRetry<T>(patience: RetryPolicy, act: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (!isOutage(error, patience.contacted ?? false)) throw error;
      await waitBeforeRetry(patience, error);
    }
  }
}

function isOutage(error: unknown, contacted: boolean): error is ScepClientError {
  if (!(error instanceof ScepClientError)) return false;
  return error.code === 'unavailable' || (contacted && error.code === 'unreachable');
}

/** Finds the retrier or catcher of an error, and the delay of a retry. */
import type { Retrier } from './state.ts';
import type { StateError } from './state-error.ts';

// States.Runtime and States.DataLimitExceeded end an execution, even with a catcher (Step
// Functions, error handling).
const terminal = new Set(['States.Runtime', 'States.DataLimitExceeded']);

const isFor =
  ({ code }: StateError) =>
  ({ ErrorEquals }: { readonly ErrorEquals: readonly string[] }): boolean =>
    !terminal.has(code) &&
    ErrorEquals.some(
      (name) =>
        name === code ||
        name === 'States.ALL' ||
        (name === 'States.TaskFailed' && code !== 'States.Timeout'),
    );

/** The first retrier or catcher for the error. */
export const findFirstFor = <Rule extends { readonly ErrorEquals: readonly string[] }>(
  rules: readonly Rule[] | undefined,
  error: StateError,
): Rule | undefined => rules?.find(isFor(error));

/**
 * The seconds before the next attempt; undefined after the last one. `retries` is the retrier's own
 * count in the current state.
 */
export const retryDelaySeconds = (
  retrier: Retrier,
  retries: number,
  random: () => number,
): number | undefined => {
  const { IntervalSeconds = 1, MaxAttempts = 3, BackoffRate = 2, MaxDelaySeconds } = retrier;
  if (retries >= MaxAttempts) return undefined;
  const grown = IntervalSeconds * BackoffRate ** retries;
  const delay = Math.min(grown, MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return retrier.JitterStrategy === 'FULL' ? random() * delay : delay;
};

/**
 * Calls that DynamoDB did not decide: a transaction that met another one, a write to an item inside
 * a transaction, keys that were left unprocessed. The SDK does not repeat them, so this file does.
 */
import { setTimeout } from 'node:timers/promises';
import { Fault, type FaultCode } from '../core/errors.ts';

/** The result of a call that was not decided. */
export const undecided = Symbol('undecided');

/** How long an undecided call is repeated, and the pauses between its tries. */
export interface Repeats {
  readonly withinMilliseconds: number;
  readonly firstPauseMilliseconds: number;
  readonly maxPauseMilliseconds: number;
  /** In [0, 1). */
  readonly random: () => number;
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
}

/** Random pauses (full jitter), so that calls that met once do not meet again. */
export const defaultRepeats: Repeats = {
  withinMilliseconds: 5000,
  firstPauseMilliseconds: 20,
  maxPauseMilliseconds: 400,
  random: Math.random,
  now: Date.now,
  sleep: (milliseconds) => setTimeout(milliseconds),
};

/**
 * For an admin's write on a challenge that many claims use at the same time. The pauses are short,
 * because the item is free for only a millisecond at a time (`npm run simulate -- --claims`).
 */
export const urgentRepeats: Repeats = {
  ...defaultRepeats,
  withinMilliseconds: 10_000,
  firstPauseMilliseconds: 4,
  maxPauseMilliseconds: 8,
};

/**
 * Repeats a call until it is decided. Throws `code` when the time ends, and every error of the
 * call.
 */
export async function repeatUntilDecided<Result>(
  call: () => Promise<Result | typeof undecided>,
  code: FaultCode,
  repeats: Repeats = defaultRepeats,
): Promise<Result> {
  const { withinMilliseconds, firstPauseMilliseconds, maxPauseMilliseconds } = repeats;
  const { random, now, sleep } = repeats;
  const endsAt = now() + withinMilliseconds;
  for (let tries = 0; ; tries += 1) {
    const result = await call();
    if (result !== undecided) return result;
    const ceiling = Math.min(firstPauseMilliseconds * 2 ** tries, maxPauseMilliseconds);
    const pause = 1 + random() * ceiling;
    if (now() + pause > endsAt) throw new Fault(code);
    await sleep(pause);
  }
}

/** Deadlines that end every call, even if the other side never answers. */

/** The rest of the function's time, in milliseconds; infinite outside an invocation. */
export type RemainingMilliseconds = () => number;

/** The time that a function reserves to log and to answer after its last call timed out. */
export const answerMilliseconds = 1000;

/** The time for one call: its own limit, or the rest of the function's time if that is less. */
export const boundMilliseconds = (
  maxMilliseconds: number,
  remainingMilliseconds: RemainingMilliseconds,
): number => Math.min(maxMilliseconds, remainingMilliseconds() - answerMilliseconds);

/**
 * Runs `call` for at most `milliseconds`, then aborts its signal and throws the error of `late`.
 * Does not start `call` if no time is left. A `call` that ignores the signal does not delay the
 * caller, and its later result or error is dropped.
 */
export async function endWithin<Result>(
  milliseconds: number,
  call: (signal: AbortSignal) => Promise<Result>,
  late: () => Error,
): Promise<Result> {
  if (milliseconds <= 0) throw late();
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(late());
      controller.abort();
    }, milliseconds);
  });
  try {
    return await Promise.race([call(controller.signal), deadline]);
  } finally {
    clearTimeout(timer);
  }
}

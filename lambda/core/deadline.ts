/** Deadlines that end every call, whatever the other side does. */

/** The milliseconds that are left of the function's time; infinite outside an invocation. */
export type RemainingMilliseconds = () => number;

/** The time that a function reserves to log and answer after its last call timed out. */
export const answerMilliseconds = 1000;

/** The time for one call: its own limit, or what is left of the function's time if that is less. */
export const boundMilliseconds = (
  maxMilliseconds: number,
  remainingMilliseconds: RemainingMilliseconds,
): number => Math.min(maxMilliseconds, remainingMilliseconds() - answerMilliseconds);

/**
 * Runs `call` for at most `milliseconds`, then aborts its signal and throws the error of `late`.
 * Does not start it if no time is left. The race ends even if `call` ignores the signal; its later
 * result or error is dropped.
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

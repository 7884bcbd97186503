/** Deadlines that end a call for certain, whatever the other side does. */

/** Tells how many milliseconds are left of the function's time; infinite where no invocation runs. */
export type RemainingMilliseconds = () => number;

/** What a function needs, after its last call was given up, to log and to answer. */
export const answerMilliseconds = 1000;

/** The time for one call: its own limit, or what is left of the function's time if that is less. */
export const boundedMilliseconds = (
  maxMilliseconds: number,
  remainingMilliseconds: RemainingMilliseconds,
): number => Math.min(maxMilliseconds, remainingMilliseconds() - answerMilliseconds);

/**
 * Runs `call` for so many milliseconds at most; then aborts its signal and throws what `late` makes. Does not start it where no
 * time is left. The race ends even if `call` ignores the signal; what it returns or throws later is dropped.
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

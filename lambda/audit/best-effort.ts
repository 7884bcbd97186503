/** Doing something that the caller does not depend on: for a bounded time, and without an error. */

/** Takes the fields of one log line. */
export type Log = (fields: Readonly<Record<string, unknown>>) => void;

/**
 * Waits for what is being done, and no longer than this. What did not happen in time, or not at all, is a log line that
 * says what was lost; its error's name alone, as an SDK's message may quote what it was given.
 */
export async function bestEffort(
  what: string,
  milliseconds: number,
  doing: () => Promise<unknown>,
  log: Log,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('TooLate')), milliseconds);
  });
  try {
    await Promise.race([doing(), late]);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'Unknown';
    const code = name === 'Error' && error instanceof Error ? error.message : name;
    log({ audit: 'lost', what, code });
  } finally {
    clearTimeout(timer);
  }
}

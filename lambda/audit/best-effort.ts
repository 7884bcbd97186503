import { Fault } from '../core/errors.ts';
/** A side task that the caller does not depend on: it takes a bounded time and throws nothing. */

/** Takes the fields of one log line. */
export type Log = (fields: Readonly<Record<string, unknown>>) => void;

/**
 * Waits for a side task, at most for `milliseconds`. If it fails or is late, a log line says what
 * was lost. The line has the error's name alone, because an SDK's message may quote its input.
 */
export async function runBestEffort(
  what: string,
  milliseconds: number,
  doing: () => Promise<unknown>,
  log: Log,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Fault('TooLate')), milliseconds);
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

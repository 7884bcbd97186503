/** A side task that cannot fail or delay its caller. */
import { Fault } from '../core/errors.ts';

/** Takes the fields of one log line. */
export type Log = (fields: Readonly<Record<string, unknown>>) => void;

/**
 * Waits for a side task for at most `milliseconds`; never throws. If the task fails or is late, a
 * log line names what was lost and the error. It omits the error's message, because an SDK's
 * message may quote its input.
 */
export async function runBestEffort(
  what: string,
  milliseconds: number,
  task: () => Promise<unknown>,
  log: Log,
): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Fault('TooLate')), milliseconds);
  });
  try {
    await Promise.race([task(), late]);
  } catch (error) {
    const name = error instanceof Error ? error.name : 'Unknown';
    const code = name === 'Error' && error instanceof Error ? error.message : name;
    log({ audit: 'lost', what, code });
  } finally {
    clearTimeout(timer);
  }
}

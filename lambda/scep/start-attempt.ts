/**
 * When the scep function starts an attempt itself. The dispatcher starts every other row that is
 * due.
 */
import { startedWithinSeconds } from '../core/attempt.ts';
import type { AttemptProgress, EnrolmentRow, Known } from '../ports/enrolments.ts';
import type { ScepContext } from './context.ts';

/**
 * The dispatcher serves a longer queue than this, in the order of the rows; in milliseconds. It
 * runs once a minute, and with a shorter queue the CA would be idle until then.
 */
const maxQueueMilliseconds = 65_000;

/**
 * Starts an attempt unless the queue is too long. Returns whether the attempt was started. A failed
 * start is reported and loses nothing: the row is due in five seconds.
 */
export async function startAttempt(
  row: EnrolmentRow,
  { nextTurnAtMilliseconds }: Pick<Known, 'nextTurnAtMilliseconds'>,
  { workflow, clock, report }: ScepContext,
): Promise<boolean> {
  const queueMilliseconds = nextTurnAtMilliseconds - clock.nowMilliseconds();
  if (queueMilliseconds > maxQueueMilliseconds) return false;
  try {
    await workflow.start({ enrolmentId: row.enrolmentId, attempt: row.attempt });
    return true;
  } catch (error) {
    report?.('start', error);
    return false;
  }
}

/**
 * Whether no execution works on an open row: some seconds after the Grant, its attempt has no
 * progress record.
 */
export const isForgotten = (
  { attempt, grantedAtSeconds }: EnrolmentRow,
  progress: AttemptProgress | undefined,
  nowSeconds: number,
): boolean => progress?.attempt !== attempt && nowSeconds - grantedAtSeconds > startedWithinSeconds;

/**
 * When the scep function starts an attempt itself. The dispatcher starts every other row that is
 * due.
 */
import { startedWithinSeconds } from '../core/attempt.ts';
import type { AttemptProgress, EnrolmentRow, Known } from '../ports/enrolments.ts';
import type { ScepContext } from './context.ts';

/**
 * A queue longer than this is the dispatcher's to serve, in the order of the rows; in milliseconds.
 * It runs once a minute, and with a shorter queue the CA would be idle until then.
 */
const maxQueueMilliseconds = 65_000;

/**
 * Starts an attempt unless the queue is long; true if it was started. A failed start loses nothing:
 * the row is due in five seconds.
 */
export async function startAttempt(
  row: EnrolmentRow,
  { nextTurnAtMilliseconds }: Pick<Known, 'nextTurnAtMilliseconds'>,
  { workflow, clock, report }: ScepContext,
): Promise<boolean> {
  const ahead = nextTurnAtMilliseconds - clock.nowMilliseconds();
  if (ahead > maxQueueMilliseconds) return false;
  try {
    await workflow.start({ enrolmentId: row.enrolmentId, attempt: row.attempt });
    return true;
  } catch (error) {
    report?.('start', error);
    return false;
  }
}

/**
 * Whether no attempt works on an open row: it has neither turn nor mark, some seconds after it was
 * granted.
 */
export const isForgotten = (
  { attempt, grantedAtSeconds }: EnrolmentRow,
  progress: AttemptProgress | undefined,
  nowSeconds: number,
): boolean => progress?.attempt !== attempt && nowSeconds - grantedAtSeconds > startedWithinSeconds;

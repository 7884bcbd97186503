/**
 * When an attempt continues: after the Wait state of its execution, or when the dispatcher starts
 * it at the time in its row.
 */
import type { CertifyContext, OpenAttempt, Round } from './context.ts';
import { end } from './context.ts';
import { maxAttemptSeconds } from './task.ts';

/** The margin before the end of an execution, in seconds: a round of Certify takes up to 60 s. */
const marginSeconds = 70;

/** The shortest pause that the dispatcher serves, in seconds: it runs every minute. */
const minPostponeSeconds = 60;
const maxPostponeSeconds = 6 * 3600;

/**
 * Waits in the execution if it lasts long enough. Otherwise the dispatcher starts the attempt again
 * at the time in its row.
 */
export async function continueAfter(
  seconds: number,
  open: OpenAttempt,
  context: CertifyContext,
): Promise<Round> {
  const now = context.clock.nowMilliseconds();
  const endsAt = open.startedAtMilliseconds + (maxAttemptSeconds - marginSeconds) * 1000;
  if (now + seconds * 1000 <= endsAt)
    return { next: 'wait', seconds: Math.max(1, Math.ceil(seconds)) };
  return await postponeBy(seconds, open, context);
}

/** Ends the execution. The dispatcher starts the attempt again after the pause. */
export async function postponeBy(
  seconds: number,
  { row }: OpenAttempt,
  { attempts, clock }: CertifyContext,
): Promise<Round> {
  const pause = Math.min(Math.max(seconds, minPostponeSeconds), maxPostponeSeconds);
  await attempts.postpone(row, clock.nowSeconds() + Math.ceil(pause));
  return end;
}

/** A pause in proportion to the age of the request, so that tries need no counter; in seconds. */
export const computeGrowingPause = (ageSeconds: number, factor: number): number =>
  Math.min(Math.max(1, ageSeconds * factor), maxPostponeSeconds);

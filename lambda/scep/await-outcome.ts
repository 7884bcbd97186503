/** A short wait for the outcome of a new attempt: polls of its row. */
import type { Attempt } from '../core/attempt.ts';
import type { Outcome } from '../message/outcome.ts';
import type { AttemptProgress, Known } from '../ports/enrolments.ts';
import type { ScepContext } from './context.ts';
import { readOutcome } from './row-outcome.ts';

/**
 * When the row is polled again, in milliseconds after the start of the attempt: soon after Certify
 * polls the CA (issuance/retrieve.ts). The last poll ends the longest wait of a function. The first
 * poll comes when an attempt usually ends.
 */
const pollTimes = [580, 790, 1030, 1300, 1590, 1910, 2270, 2640, 3000] as const;

/**
 * How long an attempt usually takes with a CA that takes 0.3 s, in milliseconds (npm run bench,
 * time-to-success).
 */
export const usualAttemptMilliseconds = 350;

/** The first poll comes this long after the expected end, in milliseconds. */
const marginMilliseconds = 50;

/** The second poll comes at least this long after the first, in milliseconds. */
const minGapMilliseconds = 100;

function computePollTimes(expectedMilliseconds: number): readonly number[] {
  const first = Math.round(expectedMilliseconds) + marginMilliseconds;
  return [first, ...pollTimes.filter((at) => at >= first + minGapMilliseconds)];
}

/**
 * Polls the row of a new attempt, for at most the connector's `waitSeconds`. Continues after the
 * first poll only while the CA has the request or no request queues. Otherwise waiting functions
 * would take the concurrency that issuing needs (docs/decisions/014-load.md).
 */
export async function awaitOutcome(
  attempt: Attempt,
  nextTurnAtMilliseconds: number,
  context: ScepContext,
): Promise<Outcome> {
  const { clock, enrolments, settings, pace } = context;
  const startedAt = clock.nowMilliseconds();
  const endsAt = startedAt + settings.waitSeconds * 1000;
  if (nextTurnAtMilliseconds > endsAt) return { status: 'pending' };
  for (const at of computePollTimes(pace?.expectedMilliseconds() ?? usualAttemptMilliseconds)) {
    if (startedAt + at > endsAt) break;
    await clock.sleep(Math.max(0, startedAt + at - clock.nowMilliseconds()));
    const known = await enrolments.readKnown({ enrolmentId: attempt.enrolmentId });
    if (known.row?.attempt !== attempt.attempt) break;
    const outcome = readOutcome(known.row, context);
    if (outcome.status !== 'pending') {
      pace?.took((known.row.endedAtMilliseconds ?? startedAt) - startedAt);
      return outcome;
    }
    if (!isWorthWaiting(known, attempt, clock.nowMilliseconds())) break;
  }
  return { status: 'pending' };
}

/** Whether the CA has this attempt's request, or no request queues. */
const isWorthWaiting = (
  { progress, nextTurnAtMilliseconds }: Known,
  attempt: Attempt,
  nowMilliseconds: number,
): boolean => isRequested(progress, attempt) || nextTurnAtMilliseconds <= nowMilliseconds;

const isRequested = (progress: AttemptProgress | undefined, { attempt }: Attempt): boolean =>
  progress?.attempt === attempt && progress.askedAtSeconds !== undefined;

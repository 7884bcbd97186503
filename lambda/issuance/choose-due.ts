/** Which due attempts one tick of the dispatcher starts, and which it only postpones. */
import type { DueAttempt } from '../ports/due-attempts.ts';
import type { AttemptProgress } from '../ports/enrolments.ts';
import { maxAttemptSeconds } from './task.ts';

/** A due attempt, when it is next due, and whether it is started now. */
export interface ChosenAttempt {
  readonly attempt: DueAttempt;
  readonly dueAtSeconds: number;
  readonly isStart: boolean;
}

/**
 * When an attempt is due again after its start, in seconds: the limit of an execution and a margin,
 * in case the execution died.
 */
const restartAfterSeconds = maxAttemptSeconds + 15;

/**
 * Chooses the attempts of a tick. `progress` has the record of each attempt at the same index. An
 * attempt on which an execution may work is postponed to its end. An attempt with a turn is
 * started. Of the others, as many as `room` allows are started, and the rest stays due.
 */
export function chooseDue(
  attempts: readonly DueAttempt[],
  progress: readonly (AttemptProgress | undefined)[],
  room: number,
  nowSeconds: number,
): readonly ChosenAttempt[] {
  let left = room;
  const chosen: ChosenAttempt[] = [];
  for (const [at, attempt] of attempts.entries()) {
    const runningUntil = computeRunningUntil(attempt, progress[at]);
    const hasTurn = progress[at]?.attempt === attempt.attempt;
    if (runningUntil > nowSeconds)
      chosen.push({ attempt, dueAtSeconds: runningUntil, isStart: false });
    else if (hasTurn || left > 0) {
      if (!hasTurn) left -= 1;
      chosen.push({ attempt, dueAtSeconds: nowSeconds + restartAfterSeconds, isStart: true });
    }
  }
  return chosen;
}

/**
 * When the last execution that may work on an attempt ends, in epoch seconds; 0 if no execution
 * works on it. A row that Certify postponed is started when it is due: at its turn or long after
 * its mark.
 */
export function computeRunningUntil(
  { attempt, dueAtSeconds }: DueAttempt,
  progress: AttemptProgress | undefined,
): number {
  if (progress?.attempt !== attempt) return 0;
  const { turnAtMilliseconds, askedAtSeconds } = progress;
  const active = askedAtSeconds ?? turnAtMilliseconds / 1000;
  return dueAtSeconds >= active + restartMarginSeconds(askedAtSeconds)
    ? 0
    : active + restartAfterSeconds;
}

/**
 * Certify postpones a marked attempt at least four minutes after its start, and one without a mark
 * to its turn.
 */
const restartMarginSeconds = (askedAtSeconds: number | undefined): number =>
  askedAtSeconds === undefined ? -1 : 60;

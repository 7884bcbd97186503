/**
 * From a row to an outcome: whether the row still answers the request, and a short wait for a new
 * attempt.
 */
import type { Attempt } from '../core/attempt.ts';
import type { Outcome } from '../message/outcome.ts';
import { openCertificate } from '../policy/sealed-certificate.ts';
import type { AttemptProgress, EnrolmentRow, Known } from '../ports/enrolments.ts';
import type { ScepContext } from './context.ts';

/**
 * Whether the same request gets the same answer (draft-nourse section 2.2.3): while it is open, and
 * until its certificate is revoked or past half its life. A refusal is not reused: nothing was
 * issued, so the device may try again.
 */
export function isReusableAt(nowSeconds: number, { state }: EnrolmentRow): boolean {
  if (state.status !== 'issued') return state.status === 'granted';
  if (state.revokedAtSeconds !== undefined) return false;
  return nowSeconds < (state.notBeforeSeconds + state.notAfterSeconds) / 2;
}

/**
 * The outcome that a row holds. Throws `NotSealed` for a certificate that this connector did not
 * seal for it.
 */
export function readOutcome(
  row: EnrolmentRow,
  { connectorId, keys }: Pick<ScepContext, 'connectorId' | 'keys'>,
): Outcome {
  const { state } = row;
  if (state.status === 'granted') return { status: 'pending' };
  if (state.status === 'refused') return { status: 'refused', code: state.code };
  return {
    status: 'issued',
    certificate: openCertificate(connectorId, row, state.sealedCertificate, keys),
  };
}

/**
 * When the row is polled again, in milliseconds after the start of the attempt: soon after Certify
 * polls the CA (issuance/retrieve.ts). The last poll is the longest that a function is held. The
 * first one comes when an attempt usually ends.
 */
const pollTimes = [580, 790, 1030, 1300, 1590, 1910, 2270, 2640, 3000] as const;

/**
 * A CA that takes 0.3 s has its certificate in the row after this time (npm run bench,
 * time-to-success); in milliseconds.
 */
export const usualAttemptMilliseconds = 350;

/**
 * How long after the usual end the first poll comes, and how long after that the next one at least;
 * in milliseconds.
 */
const marginMilliseconds = 50;
const minGapMilliseconds = 100;

/** When to poll, for attempts that end after this time as a rule. */
function pollTimesAfter(expected: number): readonly number[] {
  const first = Math.round(expected) + marginMilliseconds;
  return [first, ...pollTimes.filter((at) => at >= first + minGapMilliseconds)];
}

/**
 * Polls the row of a new attempt. After the first poll it waits on only while the CA has the
 * request or no request queues. Otherwise waiting functions would take the concurrency that issuing
 * needs (docs/decisions/014-load.md).
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
  for (const at of pollTimesAfter(pace?.expectedMilliseconds() ?? usualAttemptMilliseconds)) {
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
  now: number,
): boolean => isAsked(progress, attempt) || nextTurnAtMilliseconds <= now;

const isAsked = (progress: AttemptProgress | undefined, { attempt }: Attempt): boolean =>
  progress?.attempt === attempt && progress.askedAtSeconds !== undefined;

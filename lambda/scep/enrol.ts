/**
 * A PKCSReq whose envelope is open: one read of the stored facts, one write of the decision, then a
 * short wait. A repeated request gets the answer of its row.
 */
import { Fault, Refusal, type RefusalCode } from '../core/errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import type { Outcome } from '../message/outcome.ts';
import {
  challengeRefusals,
  deriveChallengeKey,
  readChallengePassword,
} from '../policy/challenge.ts';
import type { Claim, EnrolmentRow, Known } from '../ports/enrolments.ts';
import { awaitOutcome } from './await-outcome.ts';
import { limitGuesses } from './budgets.ts';
import type { ScepContext } from './context.ts';
import { type ClaimInput, decideClaim } from './decide-claim.ts';
import type { Readable } from './progress.ts';
import { isReusableAt, readOutcome } from './row-outcome.ts';
import { isForgotten, startAttempt } from './start-attempt.ts';

/**
 * Enrols. Throws `Refusal`, and `HttpFault` for a client that is over its budget of guesses or of
 * requests that Intune refused. Any other error is an outage, after which the same request
 * continues where it stopped.
 */
export async function enrolWithinBudget(
  { enrolment, source }: Readable,
  context: ScepContext,
): Promise<{ readonly outcome: Outcome }> {
  const outcome = await limitGuesses(source, context.limits, () =>
    enrol(enrolment, source, context),
  );
  return { outcome };
}

async function enrol(enrolment: Enrolment, source: string, context: ScepContext): Promise<Outcome> {
  const challengeKey = findChallengeKey(enrolment, context);
  const { enrolmentId, transactionKey } = enrolment;
  const known = await context.enrolments.readKnown({ enrolmentId, challengeKey });
  const outcome = isAnswered(known, context)
    ? await repeat(known.row, known, context)
    : await begin({ enrolment, challengeKey, known, source }, context);
  // Written before the first PENDING leaves, because the poll finds the enrolment by it.
  if (outcome.status === 'pending')
    await context.enrolments.bindTransaction(transactionKey, enrolmentId);
  return outcome;
}

/** The key of the challenge. Undefined if there is no usable one, or if Intune judges it. */
function findChallengeKey(
  enrolment: Enrolment,
  { connectorId, keys, settings }: ScepContext,
): string | undefined {
  const password = settings.intune ? undefined : readChallengePassword(enrolment);
  return password === undefined ? undefined : deriveChallengeKey(connectorId, password, keys);
}

type Answered = Known & { readonly row: EnrolmentRow };

const isAnswered = (known: Known, { clock }: ScepContext): known is Answered =>
  known.row !== undefined && isReusableAt(clock.nowSeconds(), known.row);

/**
 * The outcome of a row that exists. Starts its attempt if nothing works on it. Throws `NotSealed`
 * as `readOutcome` does.
 */
export async function repeat(
  row: EnrolmentRow,
  known: Known,
  context: ScepContext,
): Promise<Outcome> {
  const outcome = readOutcome(row, context);
  if (outcome.status === 'pending' && isForgotten(row, known.progress, context.clock.nowSeconds()))
    await startAttempt(row, known, context);
  return outcome;
}

/** Decides on a new attempt, claims it, starts it, and waits for it. */
async function begin(input: ClaimInput, context: ScepContext): Promise<Outcome> {
  try {
    const claim = await decideClaim(input, context);
    return await claimAndStart(claim, input.known, context);
  } catch (error) {
    if (!(error instanceof Refusal) || !challengeCodes.has(error.code)) throw error;
    // The read was not a snapshot. A copy of this request may have taken the use that this one
    // lacks.
    const { enrolmentId } = input.enrolment;
    const later = await context.enrolments.readKnown({ enrolmentId });
    if (!isAnswered(later, context)) throw error;
    return await repeat(later.row, later, context);
  }
}

async function claimAndStart(claim: Claim, known: Known, context: ScepContext): Promise<Outcome> {
  const result = await context.enrolments.claim(claim);
  if (result !== 'claimed' && 'refused' in result)
    throw new Refusal(challengeRefusals[result.refused]);
  if (result !== 'claimed') return readCopy(result.existing, claim, context);
  const isStarted = await startAttempt(claim.row, known, context);
  return isStarted
    ? await awaitOutcome(claim.row, known.nextTurnAtMilliseconds, context)
    : { status: 'pending' };
}

/** A copy of this request was granted at the same time, and its Grant is identical. */
function readCopy(existing: EnrolmentRow, { row }: Claim, context: ScepContext): Outcome {
  // The settled row changed between the read and the write, so nothing is decided.
  if (existing.attempt < row.attempt) throw new Fault('ChallengeContended', row.enrolmentId);
  return readOutcome(existing, context);
}

const challengeCodes: ReadonlySet<RefusalCode> = new Set(Object.values(challengeRefusals));

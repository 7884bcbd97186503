/**
 * A PKCSReq, once its envelope is open: one read of what is known, one write of what is decided,
 * then a short wait. A repeated request gets the answer of its row.
 */

import { formatSubject } from '../audit/subject-text.ts';
import { formatTransactionId } from '../audit/transaction-text.ts';
import { Fault, Refusal, type RefusalCode } from '../core/errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import type { Outcome } from '../message/outcome.ts';
import {
  challengeRefusals,
  deriveChallengeKey,
  readChallengeId,
  readChallengePassword,
} from '../policy/challenge.ts';
import { decide, type Grant, sealGrant } from '../policy/grant.ts';
import type { Claim, EnrolmentRow, GrantedState, Known } from '../ports/enrolments.ts';
import { awaitOutcome, isReusableAt, readOutcome } from './await-outcome.ts';
import type { ScepContext } from './context.ts';
import { isForgotten, startAttempt } from './start-attempt.ts';
import { withOneValidation } from './validate-with-intune.ts';

/**
 * Enrols. `source` is the key of the client's budgets. Throws `Refusal`, and `HttpFault` for a
 * source that is over its budget; any other error is an outage, after which the same request goes
 * on where it was.
 */
export async function enrol(
  enrolment: Enrolment,
  context: ScepContext,
  source: string,
): Promise<Outcome> {
  const challengeKey = challengeKeyOfRequest(enrolment, context);
  const { enrolmentId, transactionKey } = enrolment;
  const known = await context.enrolments.readKnown({ enrolmentId, challengeKey });
  const outcome = isAnswered(known, context)
    ? await repeat(known.row, known, context)
    : await begin(enrolment, challengeKey, known, context, source);
  // Written before the first PENDING leaves, because the poll finds the enrolment by it.
  if (outcome.status === 'pending')
    await context.enrolments.bindTransaction(transactionKey, enrolmentId);
  return outcome;
}

/**
 * The key of the challenge in the request; undefined if there is no usable one, or if Intune judges
 * it.
 */
function challengeKeyOfRequest(
  enrolment: Enrolment,
  { connectorId, keys, settings }: ScepContext,
): string | undefined {
  const password = settings.intune ? undefined : readChallengePassword(enrolment);
  return password === undefined ? undefined : deriveChallengeKey(connectorId, password, keys);
}

type Answered = Known & { readonly row: EnrolmentRow };

const isAnswered = (known: Known, { clock }: ScepContext): known is Answered =>
  known.row !== undefined && isReusableAt(clock.nowSeconds(), known.row);

/** The answer of a row that is there: one read, and a start where nothing works on it. */
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

/** A new attempt: decided, claimed, started, and waited for. */
async function begin(
  enrolment: Enrolment,
  challengeKey: string | undefined,
  known: Known,
  context: ScepContext,
  source: string,
): Promise<Outcome> {
  const { enrolments } = context;
  try {
    const claim = await decideClaim(enrolment, challengeKey, known, context, source);
    const result = await enrolments.claim(claim);
    if (result !== 'claimed' && 'refused' in result)
      throw new Refusal(challengeRefusals[result.refused]);
    if (result !== 'claimed') return outcomeOfCopy(result.existing, claim, context);
    const isStarted = await startAttempt(claim.row, known, context);
    return isStarted
      ? await awaitOutcome(claim.row, known.nextTurnAtMilliseconds, context)
      : { status: 'pending' };
  } catch (error) {
    if (!(error instanceof Refusal) || !ofChallenge.has(error.code)) throw error;
    // The read was not a snapshot: a copy of this request may have taken the use that this one
    // missed.
    const later = await enrolments.readKnown({ enrolmentId: enrolment.enrolmentId });
    if (!isAnswered(later, context)) throw error;
    return await repeat(later.row, later, context);
  }
}

/** A copy of this request was granted at the same time, and its Grant is identical. */
function outcomeOfCopy(existing: EnrolmentRow, { row }: Claim, context: ScepContext): Outcome {
  // The settled row changed between the read and the write: nothing is decided.
  if (existing.attempt < row.attempt) throw new Fault('ChallengeContended', row.enrolmentId);
  return readOutcome(existing, context);
}

const ofChallenge: ReadonlySet<RefusalCode> = new Set(Object.values(challengeRefusals));

/** Decides, and composes the row. Throws `Refusal`. */
async function decideClaim(
  enrolment: Enrolment,
  challengeKey: string | undefined,
  { row: previous, progress, challenge: record }: Known,
  context: ScepContext,
  source: string,
): Promise<Claim> {
  const { settings, keys, random, clock } = context;
  const nowSeconds = clock.nowSeconds();
  // The progress record outlives a swept row, so the number of a new attempt is larger than both.
  const attempt = Math.max(previous?.attempt ?? 0, progress?.attempt ?? 0) + 1;
  const grant = await decide(enrolment, attempt, {
    profile: settings.profile,
    quirks: settings.quirks,
    nowSeconds,
    authorityNotAfterSeconds: context.identities[0].caNotAfterSeconds,
    ...(challengeKey !== undefined && { challenge: { key: challengeKey, record } }),
    intune: intuneOf(enrolment, previous, context, source),
  });
  const sealed: GrantedState = { status: 'granted', sealedGrant: sealGrant(grant, keys, random) };
  return {
    row: { ...rowOf(grant, enrolment), state: sealed },
    ...(previous && { previous }),
    ...countedChallengeOf(grant),
    nowSeconds,
  };
}

const rowOf = (grant: Grant, { transactionId }: Enrolment): Omit<EnrolmentRow, 'state'> => ({
  connectorId: grant.connectorId,
  enrolmentId: grant.enrolmentId,
  attempt: grant.attempt,
  grantedAtSeconds: grant.grantedAtSeconds,
  subject: formatSubject(grant.subject.map(({ attribute, value }) => ({ type: attribute, value }))),
  ...(grant.authority.kind === 'challenge' && {
    challengeId: readChallengeId(grant.authority.challengeKey),
  }),
  transactionId: formatTransactionId(transactionId),
});

const countedChallengeOf = ({ authority }: Grant): Pick<Claim, 'countedChallenge'> =>
  authority.kind === 'challenge' && authority.isCounted
    ? { countedChallenge: authority.challengeKey }
    : {};

/**
 * Fails closed: without an Intune client, an Intune connector never falls back to our own
 * challenges.
 */
function intuneOf(
  enrolment: Enrolment,
  previous: EnrolmentRow | undefined,
  context: ScepContext,
  source: string,
): ScepContext['intune'] {
  const { settings, intune, verdicts } = context;
  if (settings.intune === undefined) return undefined;
  if (intune === undefined || verdicts === undefined) throw new Fault('IntuneMissing');
  return withOneValidation(intune, enrolment, previous, source, { ...context, verdicts });
}

/** From a request and the stored facts to the row of a new attempt, with its sealed Grant. */
import { formatSubject } from '../audit/subject-text.ts';
import { formatTransactionId } from '../audit/transaction-text.ts';
import { Fault } from '../core/errors.ts';
import type { Enrolment } from '../message/enrolment.ts';
import { readChallengeId } from '../policy/challenge.ts';
import { decide, type Grant, sealGrant } from '../policy/grant.ts';
import type { Claim, EnrolmentRow, GrantedState, Known } from '../ports/enrolments.ts';
import type { ScepContext } from './context.ts';
import { withOneValidation } from './validate-with-intune.ts';

/** The facts that a claim is decided on. */
export interface ClaimInput {
  readonly enrolment: Enrolment;
  /** Undefined without a usable challenge, and if Intune judges it. */
  readonly challengeKey: string | undefined;
  readonly known: Known;
  /** The key of the client's budgets. */
  readonly source: string;
}

/**
 * Decides on the request, and composes the claim of its row. Throws `Refusal`, `HttpFault` as
 * `withOneValidation` does, and `IntuneMissing`.
 */
export async function decideClaim(input: ClaimInput, context: ScepContext): Promise<Claim> {
  const { enrolment, challengeKey } = input;
  const { row: previous, progress, challenge: record } = input.known;
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
    intune: requireIntuneIfDeclared(input, context),
  });
  const state: GrantedState = { status: 'granted', sealedGrant: sealGrant(grant, keys, random) };
  return {
    row: { ...composeRow(grant, enrolment), state },
    ...(previous && { previous }),
    ...countedChallengeOf(grant),
    nowSeconds,
  };
}

const composeRow = (grant: Grant, { transactionId }: Enrolment): Omit<EnrolmentRow, 'state'> => ({
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
 * The Intune of an Intune connector; undefined for any other. Fails closed: without its client, an
 * Intune connector never falls back to our own challenges.
 */
function requireIntuneIfDeclared(
  { enrolment, known, source }: ClaimInput,
  context: ScepContext,
): ScepContext['intune'] {
  const { settings, intune, verdicts } = context;
  if (settings.intune === undefined) return undefined;
  if (intune === undefined || verdicts === undefined) throw new Fault('IntuneMissing');
  return withOneValidation(intune, enrolment, known.row, source, { ...context, verdicts });
}

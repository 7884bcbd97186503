/**
 * From a Grant to a certificate: one round of the workflow's loop. Each round reads the row and
 * continues where the last one stopped. So a round can run twice, or at any later time, and nothing
 * is issued twice.
 */
import { parseIssuedCertificate } from '../asn1/issued-certificate.ts';
import { formatAttemptId } from '../core/attempt.ts';
import { Fault } from '../core/errors.ts';
import { grantSeconds, openGrant, progressSeconds } from '../policy/grant.ts';
import type { AttemptProgress, Known } from '../ports/enrolments.ts';
import { type CertifyContext, end, type OpenAttempt, type Round } from './context.ts';
import { finalizeIssued, finalizeRefused } from './finalize.ts';
import { closeLateSearch } from './late-certificate.ts';
import { isForGrantedKey } from './lint.ts';
import { idempotencyWindowSeconds, requestCertificate } from './request-certificate.ts';
import { retrieve } from './retrieve.ts';
import { continueAfter } from './schedule.ts';
import { type Adopted, adoptCandidate, requestSearch } from './search.ts';
import { isGivenUp } from './search-schedule.ts';
import { maxInlineWaitMilliseconds, takeTurn } from './take-turn.ts';
import type { CertifyInput, CertifyResult } from './task.ts';

/**
 * Runs a round. Throws `AttemptUnknown` for a missing row, `NotSealed` for a row that policy did
 * not grant, and any outage.
 */
export async function runCertify(
  input: CertifyInput,
  context: CertifyContext,
): Promise<CertifyResult> {
  const { enrolmentId, attempt } = input;
  const startedAtMilliseconds = input.startedAtMilliseconds ?? context.clock.nowMilliseconds();
  const known = await context.attempts.read({ enrolmentId, attempt });
  const round = await runRound({ enrolmentId, attempt, startedAtMilliseconds }, known, context);
  const result = { enrolmentId, attempt, startedAtMilliseconds };
  return round.next === 'end'
    ? { ...result, isDone: true }
    : { ...result, isDone: false, waitSeconds: round.seconds };
}

async function runRound(
  input: Required<CertifyInput>,
  { row, progress, nextTurnAtMilliseconds }: Omit<Known, 'challenge'>,
  context: CertifyContext,
): Promise<Round> {
  if (row === undefined) throw new Fault('AttemptUnknown', formatAttemptId(input));
  // The row holds a later attempt, so this one is settled.
  if (row.attempt !== input.attempt) return end;
  const { state } = row;
  if (state.status === 'issued') return end;
  if (state.status === 'refused') return await closeLateSearch({ ...row, state }, context);
  // A later attempt began, so this one was settled, and its open row was restored.
  if (progress !== undefined && progress.attempt > row.attempt) return end;
  const grant = openGrant(context.connectorId, input, state.sealedGrant, context.keys);
  const { startedAtMilliseconds } = input;
  const open: OpenAttempt = {
    row: { ...row, state },
    grant,
    // The record of an earlier attempt does not apply.
    ...(progress?.attempt === row.attempt && { progress }),
    nextTurnAtMilliseconds,
    startedAtMilliseconds,
  };
  return await continueAttempt(open, context);
}

/** Takes the next step of an open attempt, which depends on its row and its progress record. */
async function continueAttempt(open: OpenAttempt, context: CertifyContext): Promise<Round> {
  const { row, progress, grant } = open;
  const now = context.clock.nowMilliseconds();
  const adopted = await adoptCandidate(
    row.state.search?.candidates ?? [],
    'asGranted',
    open,
    context,
  );
  if (adopted !== undefined) return await adopt(adopted, open, context);
  if (progress?.certificateArn !== undefined)
    return await retrieveAndFinalize(progress, open, context);
  // The record shows that this attempt was refused, so an old row was restored.
  if (progress?.withheldFor !== undefined)
    return await finalizeRefused({ code: progress.withheldFor, basis: 'unknown' }, open, context);
  if (row.state.search !== undefined) return await continueSearch(open, context);
  if (progress?.askedAtSeconds !== undefined) return await requestAgain(progress, open, context);
  const age = now / 1000 - grant.grantedAtSeconds;
  if (age > grantSeconds) {
    // Once the progress record may be swept, a missing record does not prove that the CA was never
    // called.
    const basis = age < progressSeconds ? 'notAsked' : 'unknown';
    return await finalizeRefused({ code: 'GrantExpired', basis }, open, context);
  }
  const { progress: turn, isNew } = progress
    ? { progress, isNew: false }
    : await takeTurn(open, context);
  if (
    turn.askedAtSeconds === undefined &&
    turn.turnAtMilliseconds > now + maxInlineWaitMilliseconds
  )
    return await continueAfter((turn.turnAtMilliseconds - now) / 1000, open, context);
  // This round set the mark. If another execution set it, this round counts a try of its own.
  if (isNew && turn.askedAtSeconds !== undefined)
    return await requestAndRetrieve(turn, open, context);
  return await requestAgain(turn, open, context);
}

/**
 * Counts a try under the mark, and calls the CA as long as the CA remembers the token. After that
 * the finder searches.
 */
async function requestAgain(
  { askedAtSeconds }: AttemptProgress,
  open: OpenAttempt,
  context: CertifyContext,
): Promise<Round> {
  const nowSeconds = context.clock.nowSeconds();
  if (askedAtSeconds !== undefined && nowSeconds - askedAtSeconds > idempotencyWindowSeconds)
    return await continueSearch(open, context);
  const marked = await context.attempts.mark(open.row, nowSeconds);
  // Another execution settled this attempt meanwhile.
  if (marked === undefined) return end;
  if (marked.certificateArn !== undefined) return await retrieveAndFinalize(marked, open, context);
  return await requestAndRetrieve(marked, open, context);
}

async function requestAndRetrieve(
  progress: AttemptProgress,
  open: OpenAttempt,
  context: CertifyContext,
): Promise<Round> {
  const requested = await requestCertificate(open, progress, context);
  if ('round' in requested) return requested.round;
  if ('refused' in requested) return await finalizeRefused(requested.refused, open, context);
  return await retrieveAndFinalize(
    { ...progress, certificateArn: requested.certificateArn },
    open,
    context,
  );
}

/**
 * If the CA does not return a certificate for this long, it is searched for, because its ARN may be
 * wrong; in seconds.
 */
const maxPendingSeconds = 24 * 3600;

async function retrieveAndFinalize(
  progress: AttemptProgress,
  open: OpenAttempt,
  context: CertifyContext,
): Promise<Round> {
  const { certificateArn = '', askedAtSeconds, turnAtMilliseconds } = progress;
  const since = askedAtSeconds ?? open.row.grantedAtSeconds;
  const retrieved = await retrieve(certificateArn, since, turnAtMilliseconds, open, context);
  if ('refused' in retrieved) return await finalizeRefused(retrieved.refused, open, context);
  if ('pem' in retrieved)
    return await lintAndFinalize(retrieved.pem, { ...progress, certificateArn }, open, context);
  const isOverdue = context.clock.nowSeconds() - since > maxPendingSeconds;
  return isOverdue ? await continueSearch(open, context) : retrieved.round;
}

/**
 * Finalizes a certificate for the Grant's key. One for another key is neither handed out nor
 * revoked, and the attempt's own is searched for.
 */
async function lintAndFinalize(
  pem: string,
  progress: AttemptProgress & { readonly certificateArn: string },
  open: OpenAttempt,
  context: CertifyContext,
): Promise<Round> {
  const issued = parseIssuedCertificate(pem);
  if (isForGrantedKey(open.grant, issued))
    return await finalizeIssued(issued, progress, open, context);
  context.log({ outcome: 'foreign-certificate', certificateArn: progress.certificateArn });
  return await continueSearch(open, context);
}

/** Records the ARN that the finder found, in place of any other, and finalizes. */
async function adopt(
  { certificateArn, pem }: Adopted,
  open: OpenAttempt,
  context: CertifyContext,
): Promise<Round> {
  const { enrolmentId, attempt } = open.row;
  await context.attempts.recordArn(open.row, certificateArn);
  const progress = open.progress ?? { enrolmentId, attempt, turnAtMilliseconds: 0, tries: 1 };
  return await lintAndFinalize(pem, { ...progress, certificateArn }, open, context);
}

/**
 * Starts or continues the search. After two hours without a record it refuses the attempt, and the
 * search continues for a day.
 */
async function continueSearch(open: OpenAttempt, context: CertifyContext): Promise<Round> {
  const { row, progress } = open;
  const { search = { askedAtSeconds: progress?.askedAtSeconds ?? row.grantedAtSeconds } } =
    row.state;
  if (!isGivenUp(search)) return await requestSearch(search, open, context);
  const lost = { code: 'CertificateLost', basis: 'unknown' } as const;
  const { sealedGrant } = row.state;
  return await finalizeRefused(lost, open, context, { search, sealedGrant });
}

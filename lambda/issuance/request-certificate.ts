/**
 * IssueCertificate. It is called after the mark is set, and repeated with the same token as long as
 * the CA remembers the token.
 */
import { isFault } from '../core/errors.ts';
import type { AttemptProgress } from '../ports/enrolments.ts';
import type { CertifyContext, OpenAttempt, Refused, Round } from './context.ts';
import { toCertificateOrder } from './order.ts';
import { computeGrowingPause, continueAfter, postponeBy } from './schedule.ts';

/**
 * How long after the mark the same request is repeated, in seconds. ACM PCA creates one certificate
 * per token within five minutes. After that the same request creates another one. The margin of a
 * minute is for clock skew and for the call itself.
 */
export const idempotencyWindowSeconds = 4 * 60;

/** The result of the call: an ARN, a refusal, or a round that ends here. */
export type Requested =
  | { readonly certificateArn: string }
  | { readonly refused: Refused }
  | { readonly round: Round };

/**
 * Calls IssueCertificate; the mark must be set. Throws errors of the table: the mark stays, and the
 * next round continues.
 */
export async function requestCertificate(
  open: OpenAttempt,
  progress: AttemptProgress,
  context: CertifyContext,
): Promise<Requested> {
  const { ca, attempts, signingAlgorithm, clock, log } = context;
  const order = toCertificateOrder(open.grant, signingAlgorithm, clock.nowSeconds());
  const sent = await captureError(ca.issue(order));
  if ('error' in sent) return await handleError(sent.error, open, progress, context);
  const { certificateArn } = sent;
  // False if the record is missing or a later attempt's. This round still uses the ARN, and the
  // settlement decides.
  const isRecorded = await attempts.recordArn(open.row, certificateArn);
  if (!isRecorded) log({ outcome: 'arn-not-recorded', certificateArn });
  return { certificateArn };
}

/** Catches errors of the CA alone, so that an error of the table is never taken for one. */
const captureError = (
  sent: Promise<string>,
): Promise<{ readonly certificateArn: string } | { readonly error: unknown }> =>
  sent.then(
    (certificateArn) => ({ certificateArn }),
    (error: unknown) => ({ error }),
  );

async function handleError(
  error: unknown,
  open: OpenAttempt,
  { tries, askedAtSeconds = 0 }: AttemptProgress,
  context: CertifyContext,
): Promise<Requested> {
  const { attempts, clock, log } = context;
  // A rejection is conclusive only on the first try, because an earlier try may have succeeded.
  const isConclusive = tries <= 1;
  if (isFault(error, 'CertificateRefused') && isConclusive)
    return { refused: { code: 'CertificateRefused', basis: 'rejected' } };
  const isBusy = isFault(error, 'CertificateAuthorityBusy');
  const isExhausted = isFault(error, 'CertificateLimitReached');
  if ((isBusy || isExhausted) && isConclusive) await attempts.unmark(open.row);
  log({ outcome: 'asked', code: error instanceof Error ? error.name : 'Unknown', tries });
  if (isExhausted && isConclusive) {
    const age = clock.nowSeconds() - open.row.grantedAtSeconds;
    return { round: await postponeBy(computeGrowingPause(age, 1), open, context) };
  }
  if (isBusy && isConclusive)
    return { round: await continueAfter(retryPause(context), open, context) };
  // We do not know whether the CA issued. The next round repeats the call with the same token, or
  // requests a search.
  const age = clock.nowSeconds() - askedAtSeconds;
  return { round: await continueAfter(Math.min(computeGrowingPause(age, 0.5), 60), open, context) };
}

/** A random pause up to five seconds, because the CA throttled other attempts as well. */
const retryPause = ({ random }: CertifyContext): number => 1 + ((random(1)[0] ?? 0) / 256) * 4;

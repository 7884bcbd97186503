/**
 * IssueCertificate: called under the mark, and repeated with the same token while the CA remembers
 * it.
 */
import { isFault } from '../core/errors.ts';
import type { AttemptProgress } from '../ports/enrolments.ts';
import type { CertifyContext, OpenAttempt, Refused, Round } from './context.ts';
import { toCertificateOrder } from './order.ts';
import { computeGrowingPause, continueAfter, postponeBy } from './schedule.ts';

/**
 * How long after the mark the same request is repeated, in seconds. ACM PCA makes one certificate
 * for a token within five minutes; after that the same request is another certificate. A minute is
 * for clocks and for the call itself.
 */
export const idempotencyWindowSeconds = 4 * 60;

/** The result of the call: an ARN, a refusal, or a round that ends here. */
export type Asked =
  | { readonly certificateArn: string }
  | { readonly refused: Refused }
  | { readonly round: Round };

/**
 * Calls IssueCertificate under a mark that is set. Errors of the table are thrown: the mark stays,
 * and the next round goes on.
 */
export async function requestCertificate(
  open: OpenAttempt,
  progress: AttemptProgress,
  context: CertifyContext,
): Promise<Asked> {
  const { ca, attempts, signingAlgorithm, clock, log } = context;
  const order = toCertificateOrder(open.grant, signingAlgorithm, clock.nowSeconds());
  const sent = await settled(ca.issue(order));
  if ('error' in sent) return await afterError(sent.error, open, progress, context);
  const { certificateArn } = sent;
  // False if the record is gone or a later attempt's. This round still uses the ARN, and settling
  // decides.
  const isRecorded = await attempts.recordArn(open.row, certificateArn);
  if (!isRecorded) log({ outcome: 'arn-not-recorded', certificateArn });
  return { certificateArn };
}

/** One dependency at a time: an error of the CA is never taken for an error of the table. */
const settled = (
  sent: Promise<string>,
): Promise<{ readonly certificateArn: string } | { readonly error: unknown }> =>
  sent.then(
    (certificateArn) => ({ certificateArn }),
    (error: unknown) => ({ error }),
  );

async function afterError(
  error: unknown,
  open: OpenAttempt,
  { tries, askedAtSeconds = 0 }: AttemptProgress,
  context: CertifyContext,
): Promise<Asked> {
  const { attempts, clock, log } = context;
  // A rejection is conclusive only on the first try; an earlier one may have succeeded unseen.
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
  // searches.
  const age = clock.nowSeconds() - askedAtSeconds;
  return { round: await continueAfter(Math.min(computeGrowingPause(age, 0.5), 60), open, context) };
}

/** Full jitter up to five seconds: other attempts that the CA throttled come back as well. */
const retryPause = ({ random }: CertifyContext): number => 1 + ((random(1)[0] ?? 0) / 256) * 4;

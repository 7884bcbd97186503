/**
 * GetCertificate at growing intervals: close together while the CA is quiet, three polls per
 * certificate while others queue.
 */
import { isFault } from '../core/errors.ts';
import type { CertifyContext, OpenAttempt, Refused, Round } from './context.ts';
import { computeGrowingPause, continueAfter } from './schedule.ts';

/**
 * When a round polls, in milliseconds after the CA's answer. ACM PCA mostly takes 0.3 to 3 s, and
 * the scep function waits for 3 s. Three polls per certificate fit GetCertificate's 75 calls a
 * second beside 25 of IssueCertificate (ACM PCA quotas). Only a quiet CA gets more.
 */
const quietPollTimes = [301, 505, 730, 990, 1290, 1640, 2040, 2500, 3000, 3350] as const;

/** The expected duration of an order until the CA's pace is learned, in milliseconds. */
export const usualCaMilliseconds = 301;

/** Three polls of a busy CA. The first is early if the CA was fast lately. */
const busyPollTimes = (expected: number): readonly number[] =>
  expected < usualCaMilliseconds
    ? [expected, usualCaMilliseconds, 1000]
    : [usualCaMilliseconds, 750, 1700];

/**
 * A CA is quiet if no turn was taken for this long before this one, in milliseconds. That is a rate
 * of four certificates a second.
 */
const quietMilliseconds = 250;

/** A turn this long after the Grant means that others queue, in milliseconds. */
const queuedMilliseconds = 2_000;

/**
 * The pause as a multiple of the age of the request. Seven times the age means three polls in the
 * first minute. So 25 certificates a second stay within GetCertificate's 75 calls a second (ACM PCA
 * quotas).
 */
const growth = { quiet: 0.5, queued: 7 } as const;

/** The result of polling: the certificate (PEM), a refusal, or a round that ends here. */
export type Retrieved =
  | { readonly pem: string }
  | { readonly refused: Refused }
  | { readonly round: Round };

/** Polls until the CA returns the certificate or the round ends. `askedAtSeconds` is the mark. */
export async function retrieve(
  certificateArn: string,
  askedAtSeconds: number,
  turnAtMilliseconds: number,
  open: OpenAttempt,
  context: CertifyContext,
): Promise<Retrieved> {
  const { clock, pace } = context;
  const isQueued = turnAtMilliseconds - open.row.grantedAtSeconds * 1000 > queuedMilliseconds;
  const age = (): number => clock.nowMilliseconds() / 1000 - askedAtSeconds;
  // A new request of a queue is not polled at once, so that older ones are polled first.
  if (age() < 2) {
    if (isQueued) return { round: await continueAfter(1, open, context) };
    const isQuiet = turnAtMilliseconds - open.nextTurnAtMilliseconds > quietMilliseconds;
    const answeredAt = clock.nowMilliseconds();
    const expected = pace?.expectedMilliseconds() ?? usualCaMilliseconds;
    for (const [polls, at] of (isQuiet ? quietPollTimes : busyPollTimes(expected)).entries()) {
      await clock.sleep(Math.max(0, answeredAt + at - clock.nowMilliseconds()));
      const found = await poll(certificateArn, context);
      if (found === 'pending') continue;
      // A certificate found by the first poll may have been there long before, so the next first
      // poll comes earlier.
      if (!isQuiet) pace?.took(polls === 0 ? 0 : at);
      return found;
    }
  } else {
    const found = await poll(certificateArn, context);
    if (found !== 'pending') return found;
  }
  const pause = computeGrowingPause(age(), isQueued ? growth.queued : growth.quiet);
  return { round: await continueAfter(pause, open, context) };
}

/** Polls once. The certificate is pending while the CA is busy or cannot be reached. */
async function poll(
  certificateArn: string,
  { ca, log }: CertifyContext,
): Promise<'pending' | Exclude<Retrieved, { round: Round }>> {
  try {
    const pem = await ca.retrieve(certificateArn);
    return pem === undefined ? 'pending' : { pem };
  } catch (error) {
    // The CA could not create this certificate, so nothing was issued under this token.
    if (isFault(error, 'CertificateRefused'))
      return { refused: { code: 'CertificateRefused', basis: 'failed' } };
    log({ outcome: 'polled', code: error instanceof Error ? error.name : 'Unknown' });
    return 'pending';
  }
}

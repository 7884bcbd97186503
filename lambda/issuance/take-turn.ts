/** The attempt's turn at the CA, which is taken once and kept in its progress record. */
import type { CertifyContext, OpenAttempt } from './context.ts';

/** A shorter wait happens in the function, without the Wait state; in milliseconds. */
export const maxInlineWaitMilliseconds = 1000;

/**
 * Takes a turn and records it, with the mark if the turn is now. Returns the stored record. If
 * another execution of this attempt wrote that record, the turn that this one took is lost.
 */
export async function takeTurn(
  { row, nextTurnAtMilliseconds }: OpenAttempt,
  { attempts, rateLimiter, clock }: CertifyContext,
): ReturnType<CertifyContext['attempts']['begin']> {
  const { enrolmentId, attempt } = row;
  const now = clock.nowMilliseconds();
  const turnAtMilliseconds = await rateLimiter.take(now, nextTurnAtMilliseconds);
  const wait = turnAtMilliseconds - now;
  if (wait > maxInlineWaitMilliseconds)
    return await attempts.begin({ enrolmentId, attempt, turnAtMilliseconds, tries: 0 });
  if (wait > 0) await clock.sleep(wait);
  const askedAtSeconds = clock.nowSeconds();
  return await attempts.begin({
    enrolmentId,
    attempt,
    turnAtMilliseconds,
    tries: 1,
    askedAtSeconds,
  });
}

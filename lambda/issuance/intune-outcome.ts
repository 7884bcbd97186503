/** Notifies Intune of an outcome, and pauses while Intune does not answer. */
import { describeForLog, Fault, type RefusalCode } from '../core/errors.ts';
import type { CertifyContext, OpenAttempt, Round } from './context.ts';
import { notifyFailure, readIntuneRequest } from './notify.ts';
import { computeGrowingPause, continueAfter } from './schedule.ts';

/**
 * Notifies Intune of a refusal, unless it is Intune's own. Returns `outage` if Intune does not
 * answer.
 */
export async function notifyOfFailure(
  code: RefusalCode,
  open: OpenAttempt,
  context: CertifyContext,
): Promise<'outage' | undefined> {
  const request = readIntuneRequest(open);
  if (request === undefined || code.startsWith('Intune') || code === 'CertificateRevoked')
    return undefined;
  const notice = notifyFailure(request, code, open.row.grantedAtSeconds, requireIntune(context));
  return await notice.then(
    () => undefined,
    (error: unknown) => reportOutage(error, context),
  );
}

/** Returns Intune and the time. Throws `IntuneMissing` if the context has no Intune. */
export function requireIntune({ intune, clock }: CertifyContext) {
  if (intune === undefined) throw new Fault('IntuneMissing');
  return { intune, nowSeconds: clock.nowSeconds() };
}

/**
 * Logs an outage of Intune instead of throwing it. A failed execution would be repeated at once,
 * and then every five minutes for a day.
 */
export function reportOutage(error: unknown, { log }: CertifyContext): 'outage' {
  log({ outcome: 'intune-outage', ...describeForLog(error) });
  return 'outage';
}

const maxIntunePauseSeconds = 15 * 60;

/** Notifies Intune again after a pause that grows with the age of the request. */
export async function awaitIntune(
  sinceSeconds: number | undefined,
  open: OpenAttempt,
  context: CertifyContext,
): Promise<Round> {
  const age = context.clock.nowSeconds() - (sinceSeconds ?? open.row.grantedAtSeconds);
  return await continueAfter(
    Math.min(computeGrowingPause(age, 0.5), maxIntunePauseSeconds),
    open,
    context,
  );
}

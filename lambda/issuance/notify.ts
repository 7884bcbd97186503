/**
 * Notifies Intune of a certificate before the device gets it, or of a failure. A certificate that
 * Intune refuses, or does not accept for a day, is withheld and revoked.
 */
import type { IssuedCertificate } from '../asn1/issued-certificate.ts';
import type { RefusalCode } from '../core/errors.ts';
import { toIntuneRefusal } from '../policy/intune.ts';
import type { Intune, IntuneRequest } from '../ports/intune.ts';
import type { OpenAttempt } from './context.ts';
import { toIntuneFailure } from './intune-failure.ts';

/**
 * How long an outage of Intune postpones the outcome, in seconds after the mark. The device's
 * challenge expires long before.
 */
const maxOutageSeconds = 24 * 3600;

/** Intune's decision on a certificate that was issued. */
export type Notified = 'taken' | { readonly withheldFor: RefusalCode };

/**
 * Notifies Intune of a certificate. Repeating it is harmless. Throws an outage of Intune, until it
 * has lasted for a day since the mark.
 */
export async function notifySuccess(
  request: IntuneRequest,
  certificate: Pick<IssuedCertificate, 'der'>,
  askedAtSeconds: number,
  { intune, nowSeconds }: NotifyContext,
): Promise<Notified> {
  try {
    const verdict = await intune.notifySuccess(request, certificate.der);
    return verdict === 'granted' ? 'taken' : { withheldFor: toIntuneRefusal(verdict.refused) };
  } catch (error) {
    if (nowSeconds - askedAtSeconds < maxOutageSeconds) throw error;
    return { withheldFor: 'IntuneUnreachable' };
  }
}

/**
 * Notifies Intune of a failure. Its answer changes nothing; an outage is thrown until it has lasted
 * for a day.
 */
export async function notifyFailure(
  request: IntuneRequest,
  code: RefusalCode,
  sinceSeconds: number,
  { intune, nowSeconds }: NotifyContext,
): Promise<void> {
  try {
    await intune.notifyFailure(request, toIntuneFailure(code));
  } catch (error) {
    if (nowSeconds - sinceSeconds < maxOutageSeconds) throw error;
  }
}

/** Intune and the time. */
export interface NotifyContext {
  readonly intune: Pick<Intune, 'notifySuccess' | 'notifyFailure'>;
  readonly nowSeconds: number;
}

/** The request in the form of Intune's API; undefined if Intune did not authorise the Grant. */
export function readIntuneRequest({
  grant,
}: Pick<OpenAttempt, 'grant'>): IntuneRequest | undefined {
  if (grant.authority.kind !== 'intune') return undefined;
  const { transactionId } = grant.authority;
  return { transactionId, certificateRequest: Buffer.from(grant.request, 'base64') };
}

/** No certificate outlives its CA: ACM PCA refuses such an order. */
import { Fault } from './errors.ts';

const daySeconds = 86_400;

/** The CA's clock may be ahead of ours, and a turn at the CA may take a minute. */
const marginSeconds = 3_600;

/** The longest life of a certificate from now on, in whole days. Below 1, the CA can issue none. */
export const countDaysLeft = (authorityNotAfterSeconds: number, nowSeconds: number): number =>
  Math.floor((authorityNotAfterSeconds - marginSeconds - nowSeconds) / daySeconds);

/**
 * The days of a certificate, or what the CA has left if that is less. Throws
 * `CertificateAuthorityEnded`, an outage, if that is less than a day.
 */
export function limitValidityDays(
  days: number,
  authorityNotAfterSeconds: number,
  nowSeconds: number,
): number {
  const left = countDaysLeft(authorityNotAfterSeconds, nowSeconds);
  if (Number.isNaN(left) || left < 1) throw new Fault('CertificateAuthorityEnded');
  return Math.min(days, left);
}

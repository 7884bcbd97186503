/**
 * An attempt for which the CA may have issued: the finder searches CloudTrail, and its candidates
 * are checked here.
 */
import { type IssuedCertificate, issuedCertificateOf } from '../asn1/issued-certificate.ts';
import type { Attempt } from '../attempt.ts';
import { Fault, isFault } from '../errors.ts';
import type { Search } from '../ports/enrolments.ts';
import { type CertifyContext, end, type OpenAttempt, type Round } from './context.ts';
import { differenceBetween, isForGrantedKey } from './lint.ts';
import { recordOf } from './recorded-certificate.ts';
import { firstSearchAt, lastSearchAt } from './search-schedule.ts';

/**
 * Hands the attempt to the finder and ends the execution. A search that found nothing is repeated
 * before it is given up.
 */
export async function requestSearch(
  search: Search,
  { row }: Pick<OpenAttempt, 'row'>,
  { attempts, log }: CertifyContext,
): Promise<Round> {
  log({ outcome: 'lost', askedAtSeconds: search.askedAtSeconds });
  const isFirst = search.searchedAtSeconds === undefined;
  const dueAtSeconds = isFirst ? firstSearchAt(search) : lastSearchAt(search);
  await attempts.requestSearch(row, search, dueAtSeconds);
  return end;
}

/** A candidate that is the attempt's certificate. */
export interface Adopted {
  readonly certificateArn: string;
  readonly pem: string;
}

/**
 * Fetches the candidates of this connector's CA. Returns the one for the Grant's key, once its
 * serial record names this attempt; undefined without one. One key may have two certificates, and
 * CloudTrail may not show which is which. So a certificate that matches its Grant comes first, and
 * one that is recorded for another attempt never counts. A CA that does not answer is an outage and
 * decides nothing.
 */
export async function adoptCandidate(
  candidates: readonly string[],
  { row, grant }: Pick<OpenAttempt, 'grant'> & { readonly row: Attempt },
  { ca, clock, attempts, certificateAuthorityArn }: AdoptContext,
): Promise<Adopted | undefined> {
  const fitting: (Adopted & { readonly issued: IssuedCertificate })[] = [];
  for (const certificateArn of candidates) {
    if (!certificateArn.startsWith(`${certificateAuthorityArn}/certificate/`)) continue;
    const pem = await retrieveOrSkip(certificateArn, { ca, clock });
    if (pem === undefined) continue;
    const issued = issuedCertificateOf(pem);
    if (isForGrantedKey(grant, issued)) fitting.push({ certificateArn, pem, issued });
  }
  const isAsGranted = ({ issued }: (typeof fitting)[number]): boolean =>
    differenceBetween(grant, issued) === undefined;
  const others = fitting.filter((one) => !isAsGranted(one));
  for (const { certificateArn, pem, issued } of [...fitting.filter(isAsGranted), ...others])
    if (await attempts.record(recordOf(issued, certificateArn, { row })))
      return { certificateArn, pem };
  return undefined;
}

type AdoptContext = Pick<CertifyContext, 'ca' | 'clock' | 'attempts' | 'certificateAuthorityArn'>;

/** A record without names may list fifty candidates, and other attempts fetch theirs: a throttled fetch waits. */
const maxThrottled = 8;
const throttledMilliseconds = 1000;

/**
 * A certificate that the CA failed to make is skipped. One that is still being made is an outage
 * for now.
 */
async function retrieveOrSkip(
  certificateArn: string,
  { ca, clock }: Pick<CertifyContext, 'ca' | 'clock'>,
): Promise<string | undefined> {
  for (let throttled = 0; ; throttled += 1) {
    try {
      const pem = await ca.retrieve(certificateArn);
      if (pem === undefined) throw new Fault('CertificateNotReady', certificateArn);
      return pem;
    } catch (error) {
      if (isFault(error, 'CertificateRefused')) return undefined;
      if (!isFault(error, 'CertificateAuthorityBusy') || throttled >= maxThrottled) throw error;
      await clock.sleep(throttledMilliseconds);
    }
  }
}

/**
 * An attempt for which the CA may have issued a certificate. The finder searches CloudTrail, and
 * Certify checks the candidates.
 */
import { type IssuedCertificate, parseIssuedCertificate } from '../asn1/issued-certificate.ts';
import type { Attempt } from '../core/attempt.ts';
import { Fault, isFault } from '../core/errors.ts';
import type { Search } from '../ports/enrolments.ts';
import { type CertifyContext, end, type OpenAttempt, type Round } from './context.ts';
import { findDifference, isForGrantedKey } from './lint.ts';
import { toRecordedCertificate } from './recorded-certificate.ts';
import { computeFirstSearch, computeLastSearch } from './search-schedule.ts';

/**
 * Passes the attempt to the finder and ends the execution. A search without a result is repeated
 * once before it is given up.
 */
export async function requestSearch(
  search: Search,
  { row }: Pick<OpenAttempt, 'row'>,
  { attempts, log }: CertifyContext,
): Promise<Round> {
  log({ outcome: 'lost', askedAtSeconds: search.askedAtSeconds });
  const isFirst = search.searchedAtSeconds === undefined;
  const dueAtSeconds = isFirst ? computeFirstSearch(search) : computeLastSearch(search);
  await attempts.requestSearch(row, search, dueAtSeconds);
  return end;
}

/** A candidate that is the attempt's certificate. */
export interface Adopted {
  readonly certificateArn: string;
  readonly pem: string;
}

/** The candidates that can be adopted: those that match the Grant, or all for the Grant's key. */
export type Adoptable = 'asGranted' | 'forGrantedKey';

/**
 * Fetches the candidates of this connector's CA. Returns the first adoptable one whose serial
 * record names this attempt; undefined without one. One key can have two certificates, and
 * CloudTrail does not always show which is which. So an open attempt adopts only `asGranted`: a
 * certificate with other names may belong to the key's other request. After the search was given
 * up, `forGrantedKey` finds every remaining certificate. If the CA does not answer, that is an
 * outage and decides nothing.
 */
export async function adoptCandidate(
  candidates: readonly string[],
  adoptable: Adoptable,
  { row, grant }: Pick<OpenAttempt, 'grant'> & { readonly row: Attempt },
  { ca, clock, attempts, certificateAuthorityArn }: AdoptContext,
): Promise<Adopted | undefined> {
  const isAdoptable = (issued: IssuedCertificate): boolean =>
    isForGrantedKey(grant, issued) &&
    (adoptable === 'forGrantedKey' || findDifference(grant, issued) === undefined);
  for (const certificateArn of candidates) {
    if (!certificateArn.startsWith(`${certificateAuthorityArn}/certificate/`)) continue;
    const pem = await retrieveOrSkip(certificateArn, { ca, clock });
    if (pem === undefined) continue;
    const issued = parseIssuedCertificate(pem);
    if (!isAdoptable(issued)) continue;
    if (await attempts.record(toRecordedCertificate(issued, certificateArn, { row })))
      return { certificateArn, pem };
  }
  return undefined;
}

type AdoptContext = Pick<CertifyContext, 'ca' | 'clock' | 'attempts' | 'certificateAuthorityArn'>;

/**
 * A throttled fetch is repeated. There can be fifty candidates (find-lost.ts), and other attempts
 * fetch theirs at the same time.
 */
const maxThrottled = 8;
const throttledMilliseconds = 1000;

/**
 * Fetches a certificate; undefined for one that the CA could not create. Throws
 * `CertificateNotReady` for one that is not ready yet.
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

/** When CloudTrail is searched for a certificate whose ARN was lost, in seconds after the mark. */
import type { Search } from '../ports/enrolments.ts';

/**
 * The search window around the mark. Clocks differ, and the last call with a token begins up to
 * four minutes after the first (request-certificate.ts).
 */
const windowBeforeSeconds = 60;
const windowAfterSeconds = 6 * 60;

/**
 * CloudTrail shows a call "typically" within five minutes, and mostly within fifteen (CloudTrail
 * user guide, LookupEvents).
 */
const recordLagSeconds = 15 * 60;

/**
 * A call that CloudTrail does not show for two hours is given up, with an alarm. CloudTrail can
 * still show it later.
 */
const giveUpAfterSeconds = 2 * 3600;

/** After that the search continues for a day, to revoke a certificate that it finds. */
const lateAfterSeconds = giveUpAfterSeconds + 24 * 3600;

/** The period in which the CA may have received a request with this mark. */
export const toSearchWindow = ({ askedAtSeconds }: Search) => ({
  fromSeconds: askedAtSeconds - windowBeforeSeconds,
  toSeconds: askedAtSeconds + windowAfterSeconds,
});

/** When CloudTrail is expected to show the whole window. */
export const computeFirstSearch = (search: Search): number =>
  toSearchWindow(search).toSeconds + recordLagSeconds;

/** When the window is read for the last time before the attempt is refused. */
export const computeLastSearch = ({ askedAtSeconds }: Search): number =>
  askedAtSeconds + giveUpAfterSeconds;

/** Whether the search is given up. */
export const isGivenUp = (search: Search): boolean =>
  (search.searchedAtSeconds ?? 0) >= computeLastSearch(search);

/** When the search for a refused attempt's certificate ends. */
export const computeLateSearchEnd = ({ askedAtSeconds }: Search): number =>
  askedAtSeconds + lateAfterSeconds;

/** The pause between searches for a certificate that was given up, in seconds. */
export const lateIntervalSeconds = 3600;

/**
 * When CloudTrail is searched for a certificate whose ARN never came, in seconds since the mark of
 * its attempt.
 */
import type { Search } from '../ports/enrolments.ts';

/**
 * Clocks differ, and the last call with a token comes four minutes after the first and takes its
 * time.
 */
const windowBeforeSeconds = 60;
const windowAfterSeconds = 6 * 60;

/**
 * CloudTrail shows a call "typically" within five minutes, and mostly within fifteen (CloudTrail
 * user guide, LookupEvents).
 */
const recordLagSeconds = 15 * 60;

/**
 * A call that CloudTrail does not show for two hours is given up, with an alarm. CloudTrail may
 * still show it later.
 */
const giveUpAfterSeconds = 2 * 3600;

/** After that the search goes on for a day, to revoke a certificate that turns up. */
const lateAfterSeconds = giveUpAfterSeconds + 24 * 3600;

/** The times between which the CA may have received a request with this mark. */
export const toSearchWindow = ({ askedAtSeconds }: Search) => ({
  fromSeconds: askedAtSeconds - windowBeforeSeconds,
  toSeconds: askedAtSeconds + windowAfterSeconds,
});

/** When the record of that window is first worth reading. */
export const computeFirstSearch = (search: Search): number =>
  toSearchWindow(search).toSeconds + recordLagSeconds;

/** When that window is read for the last time before the enrolment is refused. */
export const computeLastSearch = ({ askedAtSeconds }: Search): number =>
  askedAtSeconds + giveUpAfterSeconds;

/** Whether a search up to now found nothing for long enough. */
export const isGivenUp = (search: Search): boolean =>
  (search.searchedAtSeconds ?? 0) >= computeLastSearch(search);

/** Until when a refused attempt's certificate is searched for. */
export const computeLateSearchEnd = ({ askedAtSeconds }: Search): number =>
  askedAtSeconds + lateAfterSeconds;

/** The pause between searches for a certificate that was given up, in seconds. */
export const lateIntervalSeconds = 3600;

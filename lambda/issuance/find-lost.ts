/**
 * The finder. It reads CloudTrail once for all connectors, minute by minute, the oldest first. It
 * stores with every lost attempt the certificates that may be its own. Certify checks their keys
 * and adopts one.
 */
import type { LostAttempt, LostAttempts } from '../ports/due-attempts.ts';
import type { IssuanceLog, RecordedIssuance } from '../ports/issuance-log.ts';
import type { Clock } from '../ports/system.ts';
import { toIdempotencyToken } from './order.ts';
import {
  computeLastSearch,
  computeLateSearchEnd,
  lateIntervalSeconds,
  toSearchWindow,
} from './search-schedule.ts';

/** The dependencies of the finder. */
export interface FindContext {
  readonly lost: LostAttempts;
  readonly issuanceLog: IssuanceLog;
  readonly clock: Clock;
  /** When this run ends, in epoch milliseconds. The attempts that are left stay due. */
  readonly endsAtMilliseconds: number;
}

/** The result of a run. */
export interface Found {
  readonly searched: number;
  readonly reported: number;
  /** Attempts whose minutes were not all read in this run. */
  readonly left: number;
}

/**
 * The attempts of one run. At 25 certificates a second, one minute of the record takes 15 s to
 * read.
 */
const maxAttempts = 1000;

const minuteSeconds = 60;

/**
 * The longest that one minute of the record takes to read, in milliseconds. A run begins no minute
 * with less time left.
 */
const minuteMilliseconds = 30_000;

/**
 * Runs until every due search is reported or the time is up. Reads nothing while no attempt is
 * lost.
 */
export async function findLost(context: FindContext): Promise<Found> {
  const { lost, clock, endsAtMilliseconds } = context;
  const due = await lost.due(clock.nowSeconds(), maxAttempts);
  const minutes = new Map<number, readonly RecordedIssuance[]>();
  let searched = 0;
  let reported = 0;
  for (const attempt of due) {
    const searchedAtSeconds = clock.nowSeconds();
    const issuances: RecordedIssuance[] = [];
    for (const minute of listMinutes(attempt)) {
      if (!minutes.has(minute)) {
        if (clock.nowMilliseconds() + minuteMilliseconds > endsAtMilliseconds)
          return { searched, reported, left: due.length - searched };
        minutes.set(minute, await context.issuanceLog.between(minute, minute + minuteSeconds));
      }
      issuances.push(...(minutes.get(minute) ?? []));
    }
    searched += 1;
    if (await reportOrPostpone(attempt, issuances, searchedAtSeconds, context)) reported += 1;
  }
  return { searched, reported, left: 0 };
}

/** The minutes in which the CA may have received the request. */
function listMinutes({ search }: LostAttempt): readonly number[] {
  const { fromSeconds, toSeconds } = toSearchWindow(search);
  const first = Math.floor(fromSeconds / minuteSeconds) * minuteSeconds;
  const count = Math.ceil((toSeconds - first) / minuteSeconds);
  return Array.from({ length: count }, (_, at) => first + at * minuteSeconds);
}

/** Reports candidates or the end of the search to Certify, or postpones. True if it reported. */
async function reportOrPostpone(
  attempt: LostAttempt,
  issuances: readonly RecordedIssuance[],
  searchedAtSeconds: number,
  { lost }: FindContext,
): Promise<boolean> {
  const { search, isRefused } = attempt;
  const candidates = findCandidates(attempt, issuances);
  const endsAt = isRefused ? computeLateSearchEnd(search) : computeLastSearch(search);
  if (candidates.length > 0 || searchedAtSeconds >= endsAt) {
    await lost.report(attempt, { candidates, searchedAtSeconds });
    return true;
  }
  const again = isRefused ? searchedAtSeconds + lateIntervalSeconds : endsAt;
  await lost.postpone(attempt, searchedAtSeconds, Math.min(again, endsAt));
  return false;
}

/** The limit of candidates, because they are stored in the row. A token names at most one. */
const maxCandidates = 50;

/** The certificate with the attempt's token, or else those whose record has no token. */
function findCandidates(
  attempt: LostAttempt,
  issuances: readonly RecordedIssuance[],
): readonly string[] {
  const token = toIdempotencyToken(attempt);
  const named = issuances.filter((one) => one.idempotencyToken === token);
  const possible =
    named.length > 0 ? named : issuances.filter((one) => one.idempotencyToken === undefined);
  return [...new Set(possible.map(({ certificateArn }) => certificateArn))].slice(0, maxCandidates);
}

/**
 * The finder: reads CloudTrail once for all connectors, minute by minute, the oldest first. It
 * reports to every lost attempt the certificates that may be its own. Certify checks their keys and
 * adopts one.
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
  /** When this run has to end, in epoch milliseconds. What is left stays due. */
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
 * Attempts of one run. At 25 certificates a second, one minute of the record takes 15 s to read.
 */
const maxAttempts = 1000;

const minuteSeconds = 60;

/**
 * The longest that one minute of the record takes to read, in milliseconds. A run begins no minute
 * with less time left.
 */
const minuteMilliseconds = 30_000;

/**
 * Runs until every due search is reported, or the time is over. Reads nothing while nothing is
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
    for (const minute of minutesOf(attempt)) {
      if (!minutes.has(minute)) {
        if (clock.nowMilliseconds() + minuteMilliseconds > endsAtMilliseconds)
          return { searched, reported, left: due.length - searched };
        minutes.set(minute, await context.issuanceLog.between(minute, minute + minuteSeconds));
      }
      issuances.push(...(minutes.get(minute) ?? []));
    }
    searched += 1;
    if (await report(attempt, issuances, searchedAtSeconds, context)) reported += 1;
  }
  return { searched, reported, left: 0 };
}

/** The minutes in which the CA may have received the request. */
function minutesOf({ search }: LostAttempt): readonly number[] {
  const { fromSeconds, toSeconds } = toSearchWindow(search);
  const first = Math.floor(fromSeconds / minuteSeconds) * minuteSeconds;
  const count = Math.ceil((toSeconds - first) / minuteSeconds);
  return Array.from({ length: count }, (_, at) => first + at * minuteSeconds);
}

/** True if Certify decides next: there are candidates, or the search is over. */
async function report(
  attempt: LostAttempt,
  issuances: readonly RecordedIssuance[],
  searchedAtSeconds: number,
  { lost }: FindContext,
): Promise<boolean> {
  const { search, isRefused } = attempt;
  const candidates = candidatesFor(attempt, issuances);
  const endsAt = isRefused ? computeLateSearchEnd(search) : computeLastSearch(search);
  if (candidates.length > 0 || searchedAtSeconds >= endsAt) {
    await lost.report(attempt, { candidates, searchedAtSeconds });
    return true;
  }
  const again = isRefused ? searchedAtSeconds + lateIntervalSeconds : endsAt;
  await lost.postpone(attempt, searchedAtSeconds, Math.min(again, endsAt));
  return false;
}

/** Candidates are stored in the row, so there is a limit. A token names a single one. */
const maxCandidates = 50;

/** The certificate of the attempt's token; else those whose record shows no token at all. */
function candidatesFor(
  attempt: LostAttempt,
  issuances: readonly RecordedIssuance[],
): readonly string[] {
  const token = toIdempotencyToken(attempt);
  const named = issuances.filter((one) => one.idempotencyToken === token);
  const possible =
    named.length > 0 ? named : issuances.filter((one) => one.idempotencyToken === undefined);
  return [...new Set(possible.map(({ certificateArn }) => certificateArn))].slice(0, maxCandidates);
}

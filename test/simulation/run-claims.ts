/**
 * Claims on one limited challenge: how many are committed a second, and how often its revocation
 * gets through.
 */
import { runClaims } from './claims.ts';
import { endProgress, showProgress } from './progress.ts';

/** Claims offered a second, and how long a transaction holds the challenge, in milliseconds. */
const loads = [25, 50, 80, 150];
const holds = [
  [10, 10],
  [10, 20],
  [20, 20],
] as const;
const seconds = 30;

/** Of a thousand seeds so many may fail to revoke in time. */
const maxFailedShare = 0.001;

/**
 * Prints the table, and the count of seeds in which the revocation got through; 1 where too few
 * did.
 */
export async function reportClaims(seeds: number): Promise<0 | 1> {
  console.log('held (ms)  offered/s  committed/s  told 503');
  for (const held of holds)
    for (const load of loads) {
      const run = { seed: 1, claims: load * seconds, seconds, holds: held };
      const { perSecond, undecided } = await runClaims(run);
      const columns = [held.join('-'), load, perSecond.toFixed(1), undecided];
      console.log(columns.map((text) => String(text).padStart(9)).join('  '));
    }
  let failed = 0;
  let maxRevokedAfter = 0;
  for (let seed = 0; seed < seeds; seed += 1) {
    const burst = { seed, claims: 1000, seconds: 10, revokedAt: 5 };
    const { revokedAfter } = await runClaims(burst);
    if (revokedAfter === undefined) failed += 1;
    else maxRevokedAfter = Math.max(maxRevokedAfter, revokedAfter);
    showProgress(`${seed + 1} of ${seeds} revocations, ${failed} not in time`);
  }
  endProgress();
  console.log(
    `1,000 claims in ten seconds, revoked in the middle: in time in ${seeds - failed} of ${seeds} seeds, ` +
      `after ${(maxRevokedAfter / 1000).toFixed(1)} s at the longest`,
  );
  return failed <= maxFailedShare * seeds ? 0 : 1;
}

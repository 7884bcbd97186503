/**
 * Measures claims on one limited challenge: how many are committed per second, and how often a
 * revocation succeeds among them.
 */
import { runClaims } from './claims.ts';
import { endProgress, showProgress } from './progress.ts';

/** Claims offered per second, and how long a transaction holds the challenge, in milliseconds. */
const loads = [25, 50, 80, 150];
const holds = [
  [10, 10],
  [10, 20],
  [20, 20],
] as const;
const seconds = 30;

/** The share of seeds in which the revocation is allowed to miss its deadline. */
const maxFailedShare = 0.001;

/**
 * Prints the table and the number of seeds in which the revocation succeeded. Returns 1 if too few
 * did.
 */
export async function reportClaims(seeds: number): Promise<0 | 1> {
  console.log('held (ms)  offered/s  committed/s  503');
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
      `at most ${(maxRevokedAfter / 1000).toFixed(1)} s`,
  );
  return failed <= maxFailedShare * seeds ? 0 : 1;
}

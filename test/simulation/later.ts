/**
 * Devices that send the same bytes again on day 40 and on day 120, after TTL has swept what it may.
 */
import { formatAttemptId } from '../../lambda/core/attempt.ts';
import type { EnrolmentRow } from '../../lambda/ports/enrolments.ts';
import { durableCaller } from './device.ts';
import { keyOfChallenge } from './requests.ts';
import { quiet, type Run } from './seed.ts';
import type { World } from './world.ts';

const daySeconds = 86_400;

/** TTL is up to two days late, and not in the order of the times (DynamoDB developer guide). */
const maxLateSeconds = 2 * daySeconds;

/** Two visits. Before the second one an admin revokes some of the challenges. */
export async function comeBackLater(run: Run): Promise<void> {
  await sleepUntilDay(40, run);
  sweep(run.world, () => run.dice.between(0, maxLateSeconds));
  await quiet(run);
  await sleepUntilDay(119, run);
  const admin = durableCaller('admin', () => 0);
  const revoked = [...run.scenario.maxUses.keys()].filter(() => run.dice.chance(0.5));
  run.time.spawn(async () => {
    for (const challenge of revoked)
      if (run.world.tables.challenges.has(keyOfChallenge(challenge)))
        await run.world.revokeChallenge(challenge, admin);
  });
  await run.settle();
  await sleepUntilDay(120, run);
  sweep(run.world, () => run.dice.between(0, maxLateSeconds));
  await quiet(run);
}

/** Lets the time pass. */
export async function sleepUntilDay(
  day: number,
  { time, settle }: Pick<Run, 'time' | 'settle'>,
): Promise<void> {
  const until = day * daySeconds * 1000;
  if (time.now() < until) time.after(until - time.now(), () => {});
  await settle();
}

/**
 * Days after its end that an item is kept (lambda/aws: enrolment-item, challenge-item,
 * progress-item).
 */
const keptDays = { row: 30, transaction: 30, challenge: 30, progress: 60 };

/** Removes what is past its TTL, as DynamoDB does: so many seconds late. */
export function sweep(world: World, lateSeconds: () => number = () => 0): void {
  const { tables, truth } = world;
  const now = world.nowSeconds();
  const isOver = (endSeconds: number, days: number): boolean =>
    endSeconds + days * daySeconds + lateSeconds() < now;
  for (const [id, { row }] of tables.rows) {
    const end = endOf(row);
    if (end === undefined || !isOver(end, keptDays.row)) continue;
    tables.rows.delete(id);
    const attempt = truth.attemptOfName.get(formatAttemptId(row));
    if (attempt) attempt.isGone = true;
  }
  for (const [id, { certificate }] of tables.serials)
    if (isOver(certificate.notAfterSeconds, keptDays.row)) tables.serials.delete(id);
  for (const [id, progress] of tables.progress)
    if (isOver(progress.askedAtSeconds ?? progress.turnAtMilliseconds / 1000, keptDays.progress))
      tables.progress.delete(id);
  for (const [id, { revokedAtSeconds }] of tables.challenges)
    if (revokedAtSeconds !== undefined && isOver(revokedAtSeconds, keptDays.challenge))
      tables.challenges.delete(id);
  // Nothing asks between the visits, so every binding is older than its days.
  tables.transactions.clear();
}

/** When a settled row ends; an open one has no TTL. */
function endOf({ state, endedAtMilliseconds = 0 }: EnrolmentRow): number | undefined {
  if (state.status === 'granted') return undefined;
  return state.status === 'issued' ? state.notAfterSeconds : endedAtMilliseconds / 1000;
}

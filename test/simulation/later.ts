/**
 * Devices that repeat their requests on day 40 and on day 120, after TTL has removed expired items.
 */
import { formatAttemptId } from '../../lambda/core/attempt.ts';
import type { EnrolmentRow } from '../../lambda/ports/enrolments.ts';
import type { Run } from './create-run.ts';
import { durableCaller } from './device.ts';
import { deriveTableKey } from './requests.ts';
import { settleAndRetryDevices } from './seed.ts';
import type { World } from './world.ts';

const daySeconds = 86_400;

/**
 * TTL deletes up to two days late, and not in the order of the expiry times (DynamoDB developer
 * guide).
 */
const maxLateSeconds = 2 * daySeconds;

/** Runs both visits. Before the second one, an admin revokes some of the challenges. */
export async function runLaterVisits(run: Run): Promise<void> {
  await sleepUntilDay(40, run);
  expireItems(run.world, () => run.dice.between(0, maxLateSeconds));
  await settleAndRetryDevices(run);
  await sleepUntilDay(119, run);
  const admin = durableCaller('admin', () => 0);
  const revoked = [...run.scenario.maxUses.keys()].filter(() => run.dice.chance(0.5));
  run.time.spawn(async () => {
    for (const challenge of revoked)
      if (run.world.tables.challenges.has(deriveTableKey(challenge)))
        await run.world.revokeChallenge(challenge, admin);
  });
  await run.settle();
  await sleepUntilDay(120, run);
  expireItems(run.world, () => run.dice.between(0, maxLateSeconds));
  await settleAndRetryDevices(run);
}

/** Advances the time to the start of a day. */
export async function sleepUntilDay(
  day: number,
  { time, settle }: Pick<Run, 'time' | 'settle'>,
): Promise<void> {
  const until = day * daySeconds * 1000;
  if (time.now() < until) time.after(until - time.now(), () => {});
  await settle();
}

/**
 * How many days an item is kept after its end (lambda/aws: enrolment-item, challenge-item,
 * progress-item).
 */
const keptDays = { row: 30, transaction: 30, challenge: 30, progress: 60 };

/** Removes expired items as DynamoDB does, `lateSeconds` after their expiry. */
export function expireItems(world: World, lateSeconds: () => number = () => 0): void {
  const { tables, truth } = world;
  const now = world.nowSeconds();
  const isOver = (endSeconds: number, days: number): boolean =>
    endSeconds + days * daySeconds + lateSeconds() < now;
  for (const [id, { row }] of tables.rows) {
    const end = endSecondsOf(row);
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
  // There are no requests between the visits, so every transaction binding has expired.
  tables.transactions.clear();
}

/** When a settled row ends, in seconds. An open row has no TTL. */
function endSecondsOf({ state, endedAtMilliseconds = 0 }: EnrolmentRow): number | undefined {
  if (state.status === 'granted') return undefined;
  return state.status === 'issued' ? state.notAfterSeconds : endedAtMilliseconds / 1000;
}

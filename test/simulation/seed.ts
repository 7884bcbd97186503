/**
 * One seed is a scenario in a randomly drawn region. The invariants are checked after every event,
 * and once more at the end.
 */
import { createRun, type Run, type RunOptions } from './create-run.ts';
import type { ConnectorKind } from './definition.ts';
import { type DevicePlan, durableCaller, enrol } from './device.ts';
import { createDice, type Dice } from './dice.ts';
import { checkEnd } from './invariants.ts';
import { runLaterVisits } from './later.ts';
import { restoreFromBackup } from './restore.ts';
import { maxEnrolmentMilliseconds } from './scenario.ts';
import { isAnythingOpen, schedule } from './schedule.ts';
import { createTrace } from './trace.ts';
import { Violation } from './truth.ts';
import { createVirtualTime } from './virtual-time.ts';
import { ignoreOutage, type World } from './world.ts';

/**
 * What happens beside the enrolments. `plain`: nothing. `later`: devices come back after months.
 * `restored`: the tables are restored from a backup.
 */
export type Family = 'plain' | 'later' | 'restored';

/** Options of one seed. */
export interface SimulationOptions extends RunOptions {
  /** The family of the run. By default the seed draws it. */
  readonly family?: Family;
}

/** The result of one seed. */
export interface SeedResult {
  readonly seed: number;
  /** The first violated invariant; omitted if all of them held. */
  readonly violation?: string;
  readonly traceHash: string;
  readonly lastEvents: readonly string[];
  readonly certificates: number;
  readonly events: number;
}

/** Runs a seed and returns its result. An error of the simulation itself is thrown. */
export async function runSeed(seed: number, options: SimulationOptions = {}): Promise<SeedResult> {
  const dice = createDice(seed);
  const time = createVirtualTime();
  const trace = createTrace(time.now);
  const family = options.family ?? drawFamily(dice, options.kind);
  const run = createRun({ dice, time, trace }, options);
  let violation: string | undefined;
  try {
    await runFamily(run, family);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = error.message;
  }
  const certificates = run.world.ca.certificates.length;
  const traced = { traceHash: trace.hash(), lastEvents: trace.last(60000), events: trace.count() };
  return { seed, ...(violation && { violation }), certificates, ...traced };
}

/** One seed in ten comes back after months, and one in ten restores the tables. */
const drawFamily = (dice: Dice, kind: ConnectorKind = 'general'): Family => {
  const drawn = dice.fraction();
  if (kind === 'intune' || drawn >= 0.2) return 'plain';
  return drawn < 0.1 ? 'later' : 'restored';
};

async function runFamily(run: Run, family: Family): Promise<void> {
  const { world, time } = run;
  await beginRun(run);
  if (family === 'restored') time.spawn(() => restoreFromBackup(run));
  await run.settle();
  run.endFaults();
  await settleAndRetryDevices(run);
  if (family === 'later') await runLaterVisits(run);
  const violation = checkEnd(world);
  if (violation !== undefined) throw new Violation(violation);
}

/**
 * Creates the challenges, then starts the devices, the competing turns, the revocations and the
 * schedule.
 */
async function beginRun(run: Run): Promise<void> {
  const { world, time, scenario, region, isIntune, faultRate } = run;
  for (const [challenge, maxUses] of scenario.maxUses)
    if (!isIntune) await world.createChallenge(challenge, maxUses);
  for (const { at, seconds } of region.competingTurns)
    time.after(at, () => reserveTurns(world, seconds));
  for (const { challenge, at } of isIntune ? [] : scenario.revocations)
    time.spawn(async () => {
      await time.sleep(at);
      await world.revokeChallenge(challenge, durableCaller('admin', faultRate)).catch(ignoreOutage);
    });
  for (const plan of scenario.plans) time.spawn(() => enrol(plan, run));
  time.spawn(() => runSchedule(run, maxEnrolmentMilliseconds));
}

/**
 * The time in which the schedule alone must settle everything, in milliseconds. A lost certificate
 * is searched for 26 hours.
 */
const maxScheduleMilliseconds = { general: 48 * 3_600_000, intune: 96 * 3_600_000 };

/** Runs the schedule for at least `minMilliseconds`, and then until nothing is open. */
async function runSchedule(run: Run, minMilliseconds: number): Promise<void> {
  const { world, time, isIntune, faultRate } = run;
  const began = time.now();
  const maxAgeMilliseconds = maxScheduleMilliseconds[isIntune ? 'intune' : 'general'];
  await schedule(run, () => {
    const age = time.now() - began;
    if (age < minMilliseconds) return true;
    if (age <= maxAgeMilliseconds) return isAnythingOpen(world);
    // With faults, settlement within this time is not guaranteed. Without faults, it is.
    if (faultRate() > 0 || !isAnythingOpen(world)) return false;
    throw new Violation('I6: an enrolment stays unsettled for days');
  });
}

/**
 * Settles what is open without the devices, by the schedule alone. Then every device enrols once
 * more.
 */
export async function settleAndRetryDevices(run: Run): Promise<void> {
  const { time, trace, scenario } = run;
  trace.note('faults have ended');
  time.spawn(() => runSchedule(run, 0));
  await run.settle();
  for (const plan of scenario.plans) time.spawn(() => enrolOnceMore(plan, run));
  time.spawn(() => runSchedule(run, maxEnrolmentMilliseconds + maxVerdictMilliseconds));
  await run.settle();
}

/**
 * A refusal by Intune is remembered for this long (scep/validate-with-intune.ts), in milliseconds.
 * Its device can enrol after that.
 */
const maxVerdictMilliseconds = 3_600_000;

/** How long a device retries after all faults have ended, in milliseconds. */
const finalPatienceMilliseconds = 12 * 3_600_000;

/**
 * I5 and I6 (docs/architecture.md): without faults, an authorised device gets a certificate, and
 * the same one as before.
 */
async function enrolOnceMore(plan: DevicePlan, run: Run): Promise<void> {
  const now = run.time.now();
  const patient = {
    startsAt: now,
    givesUpAt: now + finalPatienceMilliseconds,
    polls: false,
    sendsTwice: false,
  };
  const had = run.judge.hasDelivered(plan);
  const answer = await enrol({ ...plan, ...patient }, run);
  if (answer.status === 'issued') return;
  if (had && !run.world.truth.isRestored)
    throw new Violation(
      `I5: ${plan.name} requested its certificate again and got ${answer.status}`,
    );
  if (answer.status === 'refused' && run.judge.isFinal(answer.code)) return;
  throw new Violation(`I6: without faults ${plan.name} is answered ${answer.status}`);
}

/** Reserves the next turns at the CA for other devices. */
function reserveTurns({ tables, nowMilliseconds }: World, seconds: number): void {
  const from = Math.max(tables.nextTurnAtMilliseconds, nowMilliseconds());
  tables.nextTurnAtMilliseconds = from + seconds * 1000;
}

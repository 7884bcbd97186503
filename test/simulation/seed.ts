/**
 * One seed: a scenario in a world of chance, checked after every event, and once more when all is
 * quiet.
 */
import type { ConnectorKind } from './definition.ts';
import { type DevicePlan, durableCaller, enrol, type Neighbourhood } from './device.ts';
import { type Dice, diceOf } from './dice.ts';
import { checkEnd, checkStep } from './invariants.ts';
import { judgeOf } from './judge.ts';
import { comeBackLater } from './later.ts';
import { type Region, regionOf } from './region.ts';
import { restoreFromBackup } from './restore.ts';
import { maxEnrolmentMilliseconds, type Scenario, scenarioOf } from './scenario.ts';
import { isAnythingOpen, schedule } from './schedule.ts';
import type { Break } from './stores.ts';
import { type Trace, traceOf } from './trace.ts';
import { Violation } from './truth.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';
import { unlessOutage, type World, worldOf } from './world.ts';

/**
 * What happens beside the enrolments: nothing, devices that come back after months, or a table
 * restored from a backup.
 */
export type Family = 'plain' | 'later' | 'restored';

/** What a run may differ in. */
export interface SimulationOptions {
  /** Breaks a store, to see that the checks notice. */
  readonly broken?: Break;
  readonly kind?: ConnectorKind;
  /** Instead of what the seed draws. */
  readonly family?: Family;
  /** Changes the region that the seed draws. */
  readonly region?: Partial<Region>;
}

/** What became of a seed. */
export interface SeedResult {
  readonly seed: number;
  /** What does not hold; omitted if everything held. */
  readonly violation?: string;
  readonly traceHash: string;
  readonly lastEvents: readonly string[];
  readonly certificates: number;
  readonly events: number;
}

/** A seed that runs. */
export interface Run extends Neighbourhood {
  readonly scenario: Scenario;
  readonly region: Region;
  readonly isIntune: boolean;
  /** Runs until nothing is left to happen. */
  readonly settle: () => Promise<void>;
  /** From now on nothing goes wrong. */
  readonly endFaults: () => void;
}

/** Runs a seed. Throws for a fault of the simulation itself. */
export async function runSeed(seed: number, options: SimulationOptions = {}): Promise<SeedResult> {
  const dice = diceOf(seed);
  const time = virtualTime();
  const trace = traceOf(time.now);
  const family = options.family ?? drawnFamily(dice, options.kind);
  const run = runOf({ dice, time, trace }, options);
  let violation: string | undefined;
  try {
    await live(run, family);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    violation = error.message;
  }
  const certificates = run.world.ca.certificates.length;
  const traced = { traceHash: trace.hash(), lastEvents: trace.last(60000), events: trace.count() };
  return { seed, ...(violation && { violation }), certificates, ...traced };
}

/** Of ten seeds one comes back after months, and one restores a table. */
const drawnFamily = (dice: Dice, kind: ConnectorKind = 'general'): Family => {
  const drawn = dice.fraction();
  if (kind === 'intune' || drawn >= 0.2) return 'plain';
  return drawn < 0.1 ? 'later' : 'restored';
};

async function live(run: Run, family: Family): Promise<void> {
  const { world, time } = run;
  await begin(run);
  if (family === 'restored') time.spawn(() => restoreFromBackup(run));
  await run.settle();
  run.endFaults();
  await quiet(run);
  if (family === 'later') await comeBackLater(run);
  const violation = checkEnd(world);
  if (violation !== undefined) throw new Violation(violation);
}

/** Devices, crowds, revocations, and the schedule. */
async function begin(run: Run): Promise<void> {
  const { world, time, scenario, region, isIntune, faultRate } = run;
  for (const [challenge, maxUses] of scenario.maxUses)
    if (!isIntune) await world.createChallenge(challenge, maxUses);
  for (const { at, seconds } of region.crowds) time.after(at, () => joinQueue(world, seconds));
  for (const { challenge, at } of isIntune ? [] : scenario.revocations)
    time.spawn(async () => {
      await time.sleep(at);
      await world.revokeChallenge(challenge, durableCaller('admin', faultRate)).catch(unlessOutage);
    });
  for (const plan of scenario.plans) time.spawn(() => enrol(plan, run));
  time.spawn(() => runSchedule(run, maxEnrolmentMilliseconds));
}

/**
 * How long the schedule alone may take to end everything, in milliseconds: a lost certificate is
 * searched for 26 hours.
 */
const maxScheduleMilliseconds = { general: 48 * 3_600_000, intune: 96 * 3_600_000 };

/** The schedule, for so long and for as long as anything is open. */
async function runSchedule(run: Run, minMilliseconds: number): Promise<void> {
  const { world, time, isIntune, faultRate } = run;
  const began = time.now();
  const maxAgeMilliseconds = maxScheduleMilliseconds[isIntune ? 'intune' : 'general'];
  await schedule(run, () => {
    const age = time.now() - began;
    if (age < minMilliseconds) return true;
    if (age <= maxAgeMilliseconds) return isAnythingOpen(world);
    // With three calls in four gone wrong, nothing is promised; with none, everything ends.
    if (faultRate() > 0 || !isAnythingOpen(world)) return false;
    throw new Violation('I6: an enrolment stays unsettled for days');
  });
}

/**
 * First without the devices: what they left open is ended by the schedule. Then each asks once
 * more.
 */
export async function quiet(run: Run): Promise<void> {
  const { time, trace, scenario } = run;
  trace.note('all is quiet');
  time.spawn(() => runSchedule(run, 0));
  await run.settle();
  for (const plan of scenario.plans) time.spawn(() => askOnceMore(plan, run));
  time.spawn(() => runSchedule(run, maxEnrolmentMilliseconds + maxVerdictMilliseconds));
  await run.settle();
}

/**
 * A refusal of Intune's stands so long (scep/validate-with-intune.ts), and its device is served after that;
 * in milliseconds.
 */
const maxVerdictMilliseconds = 3_600_000;

/** Hours of patience, in milliseconds. */
const untilTheEnd = 12 * 3_600_000;

/** With every fault over, whoever was good gets a certificate, and the same one again. */
async function askOnceMore(plan: DevicePlan, run: Run): Promise<void> {
  const now = run.time.now();
  const patient = { startsAt: now, givesUpAt: now + untilTheEnd, polls: false, sendsTwice: false };
  const had = run.judge.hasDelivered(plan);
  const heard = await enrol({ ...plan, ...patient }, run);
  if (heard.status === 'issued') return;
  if (had && !run.world.truth.isRestored)
    throw new Violation(`I5: ${plan.name} asked again for its certificate: ${heard.status}`);
  if (heard.status === 'refused' && run.judge.isFinal(heard.code)) return;
  throw new Violation(`I6: all is quiet, and ${plan.name} hears ${heard.status}`);
}

/** Other devices' turns, as a crowd of them takes. */
function joinQueue({ tables, nowMilliseconds }: World, seconds: number): void {
  const from = Math.max(tables.nextTurnAtMilliseconds, nowMilliseconds());
  tables.nextTurnAtMilliseconds = from + seconds * 1000;
}

interface Clockwork {
  readonly dice: Dice;
  readonly time: VirtualTime;
  readonly trace: Trace;
}

/** A world of this seed's region, whose faults end. */
function runOf(
  { dice, time, trace }: Clockwork,
  { kind, broken, region: changes }: SimulationOptions,
): Run {
  const scenario = scenarioOf(dice);
  const region = { ...regionOf(dice), ...changes };
  const isIntune = kind === 'intune';
  const faults = { isOver: false };
  const quietened = (rate: () => number) => (): number => (faults.isOver ? 0 : rate());
  const changed = { isSeen: true };
  const { ca, workflow, intune, database } = region;
  const world = worldOf({
    ...region,
    ...{ time, trace, dice },
    ...(broken && { broken }),
    onEffect: () => {
      changed.isSeen = false;
    },
    ca: {
      ...ca,
      failing: quietened(ca.failing),
      altering: quietened(ca.altering),
      namelessShare: scenario.hasSharedKey ? () => 0 : ca.namelessShare,
      isDisabled: () => !faults.isOver && region.isDisabledAt(time.now()),
    },
    database: { ...database, unprocessedShare: quietened(database.unprocessedShare) },
    workflow: {
      losing: quietened(workflow.losing),
      delaying: quietened(workflow.delaying),
      doubling: workflow.doubling,
      stopping: quietened(workflow.stopping),
    },
    workflowFaultRate: quietened(() => region.faultRate),
    intune: isIntune
      ? {
          ...intune,
          refusing: quietened(intune.refusing),
          revoking: quietened(intune.revoking),
          isOut: () => !faults.isOver && region.isIntuneOutAt(time.now()),
        }
      : undefined,
  });
  for (const plan of scenario.plans) trace.call(plan.request.enrolmentId, plan.name);
  const judge = judgeOf(world, { ...region, isIntune });
  const check = (): void => {
    if (changed.isSeen) return;
    changed.isSeen = true;
    const violation = checkStep(world);
    if (violation !== undefined) throw new Violation(violation);
  };
  return {
    ...{ dice, time, trace, world, judge, scenario, region, isIntune },
    faultRate: quietened(() => region.faultRate),
    settle: () => time.run(check),
    endFaults: () => {
      faults.isOver = true;
    },
  };
}

/**
 * A Monday morning: a fleet enrols within one second, through API Gateway, Lambda and DynamoDB with
 * their quotas.
 */
import type { ConnectorKind } from './definition.ts';
import { diceOf } from './dice.ts';
import type { IntuneBehaviour } from './intune.ts';
import { checkEnd } from './invariants.ts';
import { isAnythingOpen, schedule } from './schedule.ts';
import { type ApplePatience, enrolInStorm, type Fate, type Storm } from './storm-devices.ts';
import { noTrace } from './trace.ts';
import { type VirtualTime, virtualTime } from './virtual-time.ts';
import { type World, worldOf } from './world.ts';

/** What the CA takes in a second, and so do the turns. */
export const certificatesPerSecond = 25;

/** One second of a storm. */
export interface Sample {
  readonly second: number;
  /** Certificates that devices have. */
  readonly delivered: number;
  /** Orders that the CA has accepted, and granted requests without one. */
  readonly issued: number;
  readonly waiting: number;
  readonly busy: Readonly<Record<'scep' | 'certify', number>>;
}

/** How a storm ended. */
export interface StormResult {
  readonly devices: number;
  readonly certificates: number;
  readonly served: number;
  readonly gaveUp: number;
  readonly refusals: ReadonlyMap<string, number>;
  /** Certificates that no device fetched. */
  readonly madeForNobody: number;
  /**
   * The share of its quota that the CA used while a granted request waited for it, until all that
   * still ask were served.
   */
  readonly busyShare: number;
  /**
   * How long requests waited for the CA, in all. Between the retries of devices that heard 429 it
   * has none.
   */
  readonly waitingSeconds: number;
  /**
   * When the CA had the last request of a device that was served, and when the last device had its
   * certificate.
   */
  readonly servedAfterSeconds: number;
  readonly deliveredAfterSeconds: number;
  readonly maxConcurrency: number;
  readonly requests: number;
  readonly unanswered: number;
  readonly refusedByGateway: number;
  readonly throttledByLambda: number;
  readonly conflicts: number;
  readonly violation?: string;
  readonly samples: readonly Sample[];
}

/** What a storm may differ in. */
export interface StormOptions {
  /** An Intune connector; Intune answers after a second. */
  readonly kind?: ConnectorKind;
  readonly apple?: ApplePatience;
  /** All devices have one limited challenge. */
  readonly isShared?: boolean;
  /** How many functions run at once in the account. */
  readonly pool?: number;
}

/** Runs a storm of so many devices; `report` receives each second. */
export async function runStorm(
  devices: number,
  report: (sample: Sample) => void = () => {},
  { kind = 'general', apple = 'ours', isShared = false, pool = 1000 }: StormOptions = {},
): Promise<StormResult> {
  const dice = diceOf(devices);
  const time = virtualTime();
  const world = stormWorld({ dice, time }, kind, pool);
  const fates: Fate[] = [];
  const count = { requests: 0, unanswered: 0, refusals: new Map<string, number>(), lastServed: 0 };
  const challengeOf: Storm['challengeOf'] = (device, second) =>
    isShared ? 0 : device + (second ? devices : 0);
  if (kind === 'general') await makeChallenges(world, devices, isShared);
  let lastDelivery = 0;
  for (let device = 0; device < devices; device += 1) {
    const startsAt = dice.between(0, 999);
    time.spawn(async () => {
      await time.sleep(startsAt);
      const fate = await enrolInStorm(device, { world, time, dice, apple, challengeOf, count });
      fates.push(fate);
      if (fate === 'served') lastDelivery = time.now();
    });
  }
  const isOver = (): boolean => fates.length === devices && !isAnythingOpen(world);
  const at = { world, time, dice, trace: noTrace, faultRate: () => 0 };
  time.spawn(() => schedule(at, () => !isOver()));
  const served = (): number => fates.filter((fate) => fate === 'served').length;
  const samples: Sample[] = [];
  time.spawn(async () => {
    for (; !isOver(); await time.sleep(1000)) {
      samples.push(sampleOf(world, time, served()));
      report(samples.at(-1) as Sample);
    }
    samples.push(sampleOf(world, time, served()));
  });
  let maxConcurrency = 0;
  await time.run(() => {
    maxConcurrency = Math.max(maxConcurrency, world.functions.busy());
  });
  const { ca, tables, truth, functions, database, met } = world;
  const violation = checkEnd({ ca, tables, truth });
  return {
    devices,
    certificates: ca.certificates.length,
    served: served(),
    gaveUp: fates.filter((fate) => fate === 'gaveUp').length,
    refusals: count.refusals,
    madeForNobody: ca.certificates.length - served(),
    ...busyOf(samples, count.lastServed / 1000),
    deliveredAfterSeconds: lastDelivery / 1000,
    maxConcurrency,
    requests: count.requests,
    unanswered: count.unanswered,
    refusedByGateway: met.refusedByGateway,
    throttledByLambda: functions.throttled(),
    conflicts: database.met.conflicts,
    ...(violation !== undefined && { violation }),
    samples,
  };
}

/** A region in which nothing goes wrong but what its quotas do. */
function stormWorld(
  { dice, time }: { readonly dice: ReturnType<typeof diceOf>; readonly time: VirtualTime },
  kind: ConnectorKind,
  pool: number,
): World {
  return worldOf({
    ...{ time, trace: noTrace, dice, pool },
    // A call of DynamoDB's from Lambda takes 5 to 15 ms there and back; the rest is of that order.
    latency: () => dice.between(2, 8),
    trouble: () => 0,
    waitSeconds: 3,
    turnsPerSecond: certificatesPerSecond,
    ca: {
      issuesPerSecond: certificatesPerSecond,
      retrievesPerSecond: 75,
      makingMilliseconds: () => dice.between(800, 3000),
      recordingMilliseconds: () => 300_000,
      namelessShare: () => 0,
      failing: () => 0,
      altering: () => 0,
      isDisabled: () => false,
    },
    database: {
      transactionMilliseconds: () => dice.between(10, 20),
      unprocessedShare: () => 0,
      indexLagMilliseconds: () => dice.between(0, 1000),
    },
    workflow: { losing: () => 0, delaying: () => 0, doubling: () => 0.01, stopping: () => 0 },
    workflowFaultRate: () => 0,
    ...(kind === 'intune' && { intune: intuneInAStorm }),
  });
}

/** Answers each call after a second, and well. */
const intuneInAStorm: IntuneBehaviour = {
  refusing: () => 0,
  revoking: () => 0,
  answeringMilliseconds: () => 1000,
  isOut: () => false,
};

/** One challenge for each device, and one for each new key; or one for all of them. */
async function makeChallenges(world: World, devices: number, isShared: boolean): Promise<void> {
  if (isShared) await world.createChallenge(0, Math.ceil(devices * 1.1) + 1);
  else
    for (let challenge = 0; challenge < 2 * devices; challenge += 1)
      if (challenge < devices || challenge % 10 === 9) await world.createChallenge(challenge, 1);
}

/** Orders against the quota, in the seconds in which a granted request waited for the CA. */
function busyOf(samples: readonly Sample[], servedAfterSeconds: number) {
  let ordered = 0;
  let waitingSeconds = 0;
  for (const [at, { second, waiting, issued }] of samples.entries()) {
    const next = samples[at + 1];
    if (waiting === 0 || next === undefined || second > servedAfterSeconds) continue;
    waitingSeconds += next.second - second;
    ordered += next.issued - issued;
  }
  const busyShare = Math.min(1, ordered / (certificatesPerSecond * Math.max(1, waitingSeconds)));
  return { busyShare, waitingSeconds, servedAfterSeconds };
}

const sampleOf = (
  { ca, truth, functions }: World,
  time: VirtualTime,
  delivered: number,
): Sample => ({
  second: time.now() / 1000,
  delivered,
  issued: ca.certificates.length,
  waiting: truth.attempts.size - truth.attemptOf.size,
  busy: { scep: functions.busyIn('scep'), certify: functions.busyIn('certify') },
});

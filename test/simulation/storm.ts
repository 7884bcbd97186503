/**
 * A storm: a fleet enrols within one second, through the quotas of API Gateway, Lambda and
 * DynamoDB.
 */
import type { ConnectorKind } from './definition.ts';
import { createDice } from './dice.ts';
import type { IntuneBehaviour } from './intune.ts';
import { checkEnd } from './invariants.ts';
import { isAnythingOpen, schedule } from './schedule.ts';
import { type AppleRetryPolicy, enrolInStorm, type Fate, type Storm } from './storm-devices.ts';
import { noTrace } from './trace.ts';
import { createVirtualTime, type VirtualTime } from './virtual-time.ts';
import { createWorld, type World } from './world.ts';

/** The quota of the CA, and the rate of the rate limiter. */
export const certificatesPerSecond = 25;

/** The state of a storm in one second. */
export interface Sample {
  readonly second: number;
  /** Certificates that devices have received. */
  readonly delivered: number;
  /** Orders that the CA has accepted, and granted requests without an order. */
  readonly issued: number;
  readonly waiting: number;
  readonly busy: Readonly<Record<'scep' | 'certify', number>>;
}

/** The result of a storm. */
export interface StormResult {
  readonly devices: number;
  readonly certificates: number;
  readonly served: number;
  readonly gaveUp: number;
  readonly refusals: ReadonlyMap<string, number>;
  /** Certificates that no device received. */
  readonly unfetched: number;
  /**
   * The share of its quota that the CA used while a granted request waited, until all devices that
   * had not given up were served.
   */
  readonly busyShare: number;
  /**
   * How long any request waited for the CA. Between the retries of devices that got 429, none does.
   */
  readonly waitingSeconds: number;
  /**
   * When the CA accepted the last order of a served device, and when the last device got its
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

/** Options of a storm. */
export interface StormOptions {
  /** The kind of connector. Intune answers after one second. */
  readonly kind?: ConnectorKind;
  readonly apple?: AppleRetryPolicy;
  /** All devices share one limited challenge. */
  readonly isShared?: boolean;
  /** The number of functions that run at once in the account. */
  readonly pool?: number;
}

/** Runs a storm of `devices` devices. `report` receives each second. */
export async function runStorm(
  devices: number,
  report: (sample: Sample) => void = () => {},
  { kind = 'general', apple = 'ours', isShared = false, pool = 1000 }: StormOptions = {},
): Promise<StormResult> {
  const dice = createDice(devices);
  const time = createVirtualTime();
  const world = createStormWorld({ dice, time }, kind, pool);
  const fates: Fate[] = [];
  const count = { requests: 0, unanswered: 0, refusals: new Map<string, number>(), lastServed: 0 };
  const challengeOf: Storm['challengeOf'] = (device, second) =>
    isShared ? 0 : device + (second ? devices : 0);
  if (kind === 'general') await createChallenges(world, devices, isShared);
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
      samples.push(takeSample(world, time, served()));
      report(samples.at(-1) as Sample);
    }
    samples.push(takeSample(world, time, served()));
  });
  let maxConcurrency = 0;
  await time.run(() => {
    maxConcurrency = Math.max(maxConcurrency, world.functions.busy());
  });
  const { ca, tables, truth, functions, database, gateway } = world;
  const violation = checkEnd({ ca, tables, truth });
  return {
    devices,
    certificates: ca.certificates.length,
    served: served(),
    gaveUp: fates.filter((fate) => fate === 'gaveUp').length,
    refusals: count.refusals,
    unfetched: ca.certificates.length - served(),
    ...computeBusyShare(samples, count.lastServed / 1000),
    deliveredAfterSeconds: lastDelivery / 1000,
    maxConcurrency,
    requests: count.requests,
    unanswered: count.unanswered,
    refusedByGateway: gateway.refused,
    throttledByLambda: functions.throttled(),
    conflicts: database.counters.conflicts,
    ...(violation !== undefined && { violation }),
    samples,
  };
}

/** Creates a region without faults other than its quotas. */
function createStormWorld(
  { dice, time }: { readonly dice: ReturnType<typeof createDice>; readonly time: VirtualTime },
  kind: ConnectorKind,
  pool: number,
): World {
  return createWorld({
    ...{ time, trace: noTrace, dice, pool },
    // A call from Lambda to DynamoDB takes 5 to 15 ms in both directions together. Other calls are
    // similar.
    latency: () => dice.between(2, 8),
    faultFactor: () => 0,
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
    ...(kind === 'intune' && { intune: intuneOfStorm }),
  });
}

/** Every call succeeds after one second. */
const intuneOfStorm: IntuneBehaviour = {
  refusing: () => 0,
  revoking: () => 0,
  answeringMilliseconds: () => 1000,
  isOut: () => false,
};

/** Creates one challenge per device and one per new key, or one for all devices. */
async function createChallenges(world: World, devices: number, isShared: boolean): Promise<void> {
  if (isShared) await world.createChallenge(0, Math.ceil(devices * 1.1) + 1);
  else
    for (let challenge = 0; challenge < 2 * devices; challenge += 1)
      if (challenge < devices || challenge % 10 === 9) await world.createChallenge(challenge, 1);
}

/**
 * Compares the orders with the quota, in the seconds in which a granted request waited for the CA.
 */
function computeBusyShare(samples: readonly Sample[], servedAfterSeconds: number) {
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

const takeSample = (
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

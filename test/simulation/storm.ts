/** A Monday morning: a fleet enrols within one second, through the functions and the state machine as they are deployed. */
import { type ConnectorKind, deployedOnce } from './definition.ts';
import { diceOf } from './dice.ts';
import type { Caller } from './faults.ts';
import { checkEnd, checkStep } from './invariants.ts';
import { type StormRequest, stormRequest } from './requests.ts';
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
  /** Certificates that the CA has made. */
  readonly issued: number;
  readonly busy: Readonly<Record<'scep' | 'tasks', number>>;
}

/** How a storm ended. */
export interface StormResult {
  readonly devices: number;
  readonly certificates: number;
  readonly duplicates: number;
  readonly losses: number;
  /** When the CA had made the last certificate, and when the last device had its own. */
  readonly issuedAfterSeconds: number;
  readonly deliveredAfterSeconds: number;
  readonly mostBusy: number;
  readonly requests: number;
  readonly violation?: string;
  readonly samples: readonly Sample[];
}

/** What a storm may differ in from a connector as it is deployed. */
export interface StormOptions {
  readonly scepAtOnce?: number;
  /** How long the scep function waits for an outcome; the deployed default is 20. */
  readonly waitSeconds?: number;
  /** An Intune connector; Intune answers after a second. */
  readonly kind?: ConnectorKind;
}

/** Runs a storm of so many devices; `report` hears of each second. */
export async function runStorm(
  devices: number,
  report: (sample: Sample) => void = () => {},
  { scepAtOnce, waitSeconds = 20, kind = 'general' }: StormOptions = {},
): Promise<StormResult> {
  const dice = diceOf(devices);
  const time = virtualTime();
  const { definition, limits: deployed } = deployedOnce(kind);
  const scep = { ...deployed.scep, atOnce: scepAtOnce ?? deployed.scep.atOnce };
  const limits = { ...deployed, scep };
  const world = worldOf({
    ...{ definition, limits, time, trace: noTrace, dice },
    // A call of DynamoDB's from Lambda takes 5 to 15 ms there and back; the rest is of that order.
    latency: () => dice.between(2, 8),
    trouble: () => 0,
    spares: () => true,
    waitSeconds,
    turnsPerSecond: certificatesPerSecond,
    ca: {
      issuesPerSecond: certificatesPerSecond,
      makingMilliseconds: () => dice.between(800, 3000),
      recordingMilliseconds: () => 300_000,
      failing: () => 0,
      altering: () => 0,
      isDisabled: () => false,
    },
    intune: kind === 'intune' ? intuneInAStorm : undefined,
    taskFaultRate: () => 0,
  });
  const count = { delivered: 0, mostBusy: 0, requests: 0, lastDelivery: 0 };
  for (let device = 0; device < devices; device += 1) {
    if (kind === 'general') await world.createChallenge(device, 1);
    const startsAt = dice.between(0, 999);
    time.spawn(async () => {
      await time.sleep(startsAt);
      await enrolInStorm(stormRequest(device), { time, world, dice, count });
      count.delivered += 1;
      count.lastDelivery = time.now();
    });
  }
  const samples: Sample[] = [];
  time.spawn(async () => {
    while (count.delivered < devices) {
      samples.push(sampleOf(world, time, count.delivered));
      report(samples.at(-1) as Sample);
      await time.sleep(1000);
    }
    samples.push(sampleOf(world, time, count.delivered));
  });
  await time.run(() => {
    count.mostBusy = Math.max(count.mostBusy, world.functions.busy());
  });
  return resultOf(world, devices, count, samples);
}

/** Answers each call after a second, and well. */
const intuneInAStorm = {
  refusing: () => 0,
  answeringMilliseconds: () => 1000,
  isOut: () => false,
};

interface InStorm {
  readonly time: VirtualTime;
  readonly world: World;
  readonly dice: ReturnType<typeof diceOf>;
  readonly count: { requests: number };
}

/** As devices do it: again after 503 with backoff, and a poll every minute or so while it is pending. */
async function enrolInStorm(request: StormRequest, at: InStorm): Promise<void> {
  const { time, world, dice, count } = at;
  const device: Caller = { label: '', isAlive: () => true, kill: () => {}, faultRate: () => 0 };
  let message = request.message;
  for (let failures = 0; ; ) {
    count.requests += 1;
    try {
      const { status } = await world.ask(device, message);
      if (status === 'issued') return;
      if (status === 'refused') throw new TypeError('a device was refused');
      message = request.poll();
      await time.sleep(dice.between(20_000, 40_000));
    } catch (error) {
      if (error instanceof TypeError) throw error;
      failures += 1;
      await time.sleep(dice.fraction() * Math.min(1000 * 2 ** failures, 60_000));
    }
  }
}

const sampleOf = ({ ca, functions }: World, time: VirtualTime, delivered: number): Sample => {
  const scep = functions.busyIn('scep');
  return {
    second: time.now() / 1000,
    delivered,
    issued: ca.certificates.filter(ca.isMade).length,
    busy: { scep, tasks: functions.busy() - scep },
  };
};

function resultOf(
  world: World,
  devices: number,
  count: { readonly mostBusy: number; readonly requests: number; readonly lastDelivery: number },
  samples: readonly Sample[],
): StormResult {
  const { ca, truth } = world;
  const issuedTo = [...truth.entries.values()].filter(({ state }) => state.status === 'issued');
  const ends = ca.certificates.map(({ readyAt }) => readyAt);
  return {
    devices,
    certificates: ca.certificates.length,
    duplicates: ca.certificates.length - issuedTo.length,
    losses: devices - issuedTo.length,
    issuedAfterSeconds: ends.reduce((latest, end) => Math.max(latest, end), 0) / 1000,
    deliveredAfterSeconds: count.lastDelivery / 1000,
    mostBusy: count.mostBusy,
    requests: count.requests,
    violation: checkStep(world) ?? checkEnd(world),
    samples,
  };
}

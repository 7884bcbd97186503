/**
 * What a seed's region is like: how much goes wrong, how fast the CA is, how many functions there
 * may be.
 */
import type { CaBehaviour } from './certificate-authority.ts';
import type { Dice } from './dice.ts';
import type { IntuneBehaviour } from './intune.ts';
import type { WorldOptions } from './world.ts';

/** Where a seed has most of its trouble, by the first letters of a call's name. */
const troubled = [
  '',
  '',
  'Enrolments',
  'Attempts',
  'Due',
  'Lost',
  'CA.',
  'CA.issue',
  'Workflow',
  'RateLimiter',
  'Envelopes',
  'CloudTrail',
  'scep',
  'certify',
  'dispatch',
  'Intune',
  'Withheld',
];

const minute = 60_000;
const hour = 60 * minute;

/** A region, with every fault that lasts as long as the faults do. */
export interface Region
  extends Omit<WorldOptions, 'time' | 'trace' | 'dice' | 'intune' | 'broken' | 'ca'> {
  readonly ca: Omit<CaBehaviour, 'isDisabled'>;
  /** Where the connector is one of Intune's. */
  readonly intune: Omit<IntuneBehaviour, 'isOut'>;
  readonly isIntuneOutAt: (milliseconds: number) => boolean;
  readonly isIntuneOutForADay: boolean;
  readonly faultRate: number;
  readonly isDisabledAt: (milliseconds: number) => boolean;
  readonly isEverDisabled: boolean;
  /** Turns that other connectors take at the CA. */
  readonly crowds: readonly { readonly at: number; readonly seconds: number }[];
}

/** A region of this seed. */
export function regionOf(dice: Dice): Region {
  const faultRate = dice.pick([0, 0.01, 0.03, 0.1, 0.25]);
  const trouble = dice.pick(troubled);
  const turnsPerSecond = dice.pick([1, 2, 25]);
  const latencies = dice.pick([20, 200]);
  return {
    trouble: (name) => (name.startsWith(trouble) ? 3 : 0.3),
    latency: () => dice.between(1, latencies),
    pool: dice.pick([1000, 1000, 10]),
    waitSeconds: dice.pick([0, 1, 3]),
    turnsPerSecond,
    faultRate,
    workflowFaultRate: () => faultRate,
    ca: caOf(dice),
    ...disabledOf(dice),
    ...intuneOf(dice),
    database: databaseOf(dice),
    workflow: workflowOf(dice),
    crowds: [1, 2].map(() => ({
      at: dice.between(0, minute),
      seconds: dice.chance(0.5) ? 0 : dice.between(0, 900),
    })),
  };
}

function caOf(dice: Dice): Region['ca'] {
  const failing = dice.pick([0, 0, 0.3, 0.6]);
  const altering = dice.pick([0, 0, 0.2]);
  const slowest = dice.pick([2000, 10_000, 2 * minute, 12 * minute]);
  const latestRecord = dice.pick([5 * minute, 15 * minute, 15 * minute, 2 * hour, 3 * hour]);
  const nameless = dice.pick([0, 0, 0.5, 1]);
  return {
    issuesPerSecond: dice.pick([1, 2, 25]),
    retrievesPerSecond: dice.pick([3, 75]),
    makingMilliseconds: () => dice.between(300, slowest),
    recordingMilliseconds: () => dice.between(minute, latestRecord),
    namelessShare: () => nameless,
    failing: () => failing,
    altering: () => altering,
  };
}

function disabledOf(dice: Dice): Pick<Region, 'isDisabledAt' | 'isEverDisabled'> {
  const isEverDisabled = dice.chance(0.2);
  const from = dice.between(0, minute);
  const until = from + dice.between(1000, minute);
  return { isEverDisabled, isDisabledAt: (now) => isEverDisabled && now >= from && now < until };
}

function intuneOf(dice: Dice): Pick<Region, 'intune' | 'isIntuneOutAt' | 'isIntuneOutForADay'> {
  const from = dice.between(0, minute);
  const length = dice.pick([0, 0, minute, 2 * hour, 30 * hour]);
  const refusing = dice.pick([0, 0, 0.2]);
  const revoking = dice.pick([0, 0, 0.3]);
  const slowest = dice.pick([300, 3000, 12_000]);
  return {
    intune: {
      refusing: () => refusing,
      revoking: () => revoking,
      answeringMilliseconds: () => dice.between(100, slowest),
    },
    isIntuneOutForADay: length > 24 * hour,
    isIntuneOutAt: (now) => now >= from && now < from + length,
  };
}

function databaseOf(dice: Dice): Region['database'] {
  const unprocessed = dice.pick([0, 0.02, 0.1]);
  const lag = dice.pick([20, 2000]);
  return {
    transactionMilliseconds: () => dice.between(10, 20),
    unprocessedShare: () => unprocessed,
    indexLagMilliseconds: () => dice.between(0, lag),
  };
}

function workflowOf(dice: Dice): Region['workflow'] {
  const [losing, delaying] = [dice.pick([0, 0, 0.3, 0.6]), dice.pick([0, 0, 0.2])];
  const [doubling, stopping] = [dice.pick([0, 0.1, 0.5]), dice.pick([0, 0, 0.05, 0.2])];
  return {
    losing: () => losing,
    delaying: () => delaying,
    doubling: () => doubling,
    stopping: () => stopping,
  };
}

/**
 * Draws the region of a seed: its fault rates, the speed of the CA, and the number of concurrent
 * functions.
 */
import type { CaBehaviour } from './certificate-authority.ts';
import type { Dice } from './dice.ts';
import type { IntuneBehaviour } from './intune.ts';
import type { WorldOptions } from './world.ts';

/**
 * Calls whose name begins with the drawn prefix fail three times as often, and all others a third
 * as often.
 */
const faultyPrefixes = [
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

/** A region. Its faults last until the run ends them. */
export interface Region
  extends Omit<WorldOptions, 'time' | 'trace' | 'dice' | 'intune' | 'breakStores' | 'ca'> {
  readonly ca: Omit<CaBehaviour, 'isDisabled'>;
  /** Used only by an Intune connector. */
  readonly intune: Omit<IntuneBehaviour, 'isOut'>;
  readonly isIntuneOutAt: (milliseconds: number) => boolean;
  readonly isIntuneOutForADay: boolean;
  readonly faultRate: number;
  readonly isDisabledAt: (milliseconds: number) => boolean;
  readonly isEverDisabled: boolean;
  /** Turns that other connectors reserve at the CA. */
  readonly competingTurns: readonly { readonly at: number; readonly seconds: number }[];
}

/** Draws a region. */
export function drawRegion(dice: Dice): Region {
  const faultRate = dice.pick([0, 0.01, 0.03, 0.1, 0.25]);
  const faultFactor = dice.pick(faultyPrefixes);
  const turnsPerSecond = dice.pick([1, 2, 25]);
  const latencies = dice.pick([20, 200]);
  return {
    faultFactor: (name) => (name.startsWith(faultFactor) ? 3 : 0.3),
    latency: () => dice.between(1, latencies),
    pool: dice.pick([1000, 1000, 10]),
    waitSeconds: dice.pick([0, 1, 3]),
    turnsPerSecond,
    faultRate,
    workflowFaultRate: () => faultRate,
    ca: drawCa(dice),
    ...drawDisabledPeriod(dice),
    ...drawIntune(dice),
    database: drawDatabase(dice),
    workflow: drawWorkflow(dice),
    competingTurns: [1, 2].map(() => ({
      at: dice.between(0, minute),
      seconds: dice.chance(0.5) ? 0 : dice.between(0, 900),
    })),
  };
}

function drawCa(dice: Dice): Region['ca'] {
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

function drawDisabledPeriod(dice: Dice): Pick<Region, 'isDisabledAt' | 'isEverDisabled'> {
  const isEverDisabled = dice.chance(0.2);
  const from = dice.between(0, minute);
  const until = from + dice.between(1000, minute);
  return { isEverDisabled, isDisabledAt: (now) => isEverDisabled && now >= from && now < until };
}

function drawIntune(dice: Dice): Pick<Region, 'intune' | 'isIntuneOutAt' | 'isIntuneOutForADay'> {
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

function drawDatabase(dice: Dice): Region['database'] {
  const unprocessed = dice.pick([0, 0.02, 0.1]);
  const lag = dice.pick([20, 2000]);
  return {
    transactionMilliseconds: () => dice.between(10, 20),
    unprocessedShare: () => unprocessed,
    indexLagMilliseconds: () => dice.between(0, lag),
  };
}

function drawWorkflow(dice: Dice): Region['workflow'] {
  const [losing, delaying] = [dice.pick([0, 0, 0.3, 0.6]), dice.pick([0, 0, 0.2])];
  const [doubling, stopping] = [dice.pick([0, 0.1, 0.5]), dice.pick([0, 0, 0.05, 0.2])];
  return {
    losing: () => losing,
    delaying: () => delaying,
    doubling: () => doubling,
    stopping: () => stopping,
  };
}

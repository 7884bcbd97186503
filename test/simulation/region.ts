/** What a seed's region is like: how much goes wrong, how fast the CA is, how many functions there may be. */
import type { CaBehaviour } from './certificate-authority.ts';
import type { Dice } from './dice.ts';
import type { IntuneBehaviour } from './intune.ts';
import type { WorldOptions } from './world.ts';

/** How often a task is disturbed at one state, so that its retries (lib/cloud/issuance-retries.ts) outlast it. */
const disturbances: Readonly<Record<string, number>> = {
  Issue: 4,
  Collect: 8,
  Find: 8,
  Lint: 8,
  Notify: 8,
  Settle: 8,
};

/** Where a seed has most of its trouble. */
const troubled = [
  '',
  '',
  'Challenges',
  'Ledger',
  'CA',
  'Conductor',
  'Turnstile',
  'Envelopes',
  'scep',
  'settle',
  'Intune',
  'notify',
];

const hour = 3_600_000;

interface Region
  extends Omit<WorldOptions, 'definition' | 'time' | 'trace' | 'dice' | 'ca' | 'intune'> {
  /** Where the connector is one of Intune's. */
  readonly intune: Omit<IntuneBehaviour, 'isOut'>;
  readonly isIntuneOutAt: (milliseconds: number) => boolean;
  readonly isIntuneOutForADay: boolean;
  readonly ca: Omit<CaBehaviour, 'isDisabled'>;
  readonly faultRate: number;
  readonly isDisabledAt: (milliseconds: number) => boolean;
  readonly isEverDisabled: boolean;
  /** Turns that others take at the CA. */
  readonly crowds: readonly { readonly at: number; readonly turns: number }[];
}

/** A region of this seed. */
export function regionOf(dice: Dice): Region {
  // Outages outlast a task's retries, and queues the five minutes of an idempotency token.
  const beyondWindow = dice.chance(0.3);
  const caDisabled = dice.chance(0.2);
  const faultRate = dice.pick([0, 0.01, 0.03, 0.1, 0.25]);
  const failing = dice.pick([0, 0.3, 0.6]);
  const altering = dice.pick([0, 0, 0.2]);
  const slowest = dice.pick([2000, 10_000, 120_000]);
  const latencies = dice.pick([20, 200]);
  const turnsPerSecond = dice.pick([1, 2, 25]);
  const atOnce = dice.pick([1, 2, 10]);
  const limit = (room: number, timeoutSeconds: number) => ({
    atOnce: room * atOnce,
    timeoutMilliseconds: timeoutSeconds * 1000,
  });
  const disabledFrom = dice.between(0, 60_000);
  const disabledUntil = disabledFrom + dice.between(1000, 60_000);
  const longestQueueSeconds = beyondWindow ? 900 : 60;
  const trouble = dice.pick(troubled);
  const intuneOutFrom = dice.between(0, 60_000);
  const intuneOutFor = dice.pick([0, 0, 60_000, 2 * hour, 30 * hour]);
  const intuneRefusing = dice.pick([0, 0, 0.2]);
  const intuneSlowest = dice.pick([300, 3000, 12_000]);
  return {
    trouble: (name) => (name.startsWith(trouble) ? 3 : 0.3),
    spares: () => false,
    latency: () => dice.between(1, latencies),
    limits: {
      scep: limit(3, 29),
      issue: limit(1, 20),
      collect: limit(2, 20),
      find: limit(1, 150),
      reconcile: limit(1, 240),
      lint: limit(1, 20),
      notify: limit(2, 40),
      settle: limit(1, 20),
    },
    waitSeconds: dice.pick([0, 5, 20]),
    turnsPerSecond,
    ca: {
      issuesPerSecond: dice.pick([1, 2, 25]),
      makingMilliseconds: () => dice.between(300, slowest),
      recordingMilliseconds: () => dice.between(60_000, 15 * 60_000),
      failing: () => failing,
      altering: () => altering,
    },
    intune: {
      refusing: () => intuneRefusing,
      answeringMilliseconds: () => dice.between(100, intuneSlowest),
    },
    isIntuneOutForADay: intuneOutFor > 24 * hour,
    isIntuneOutAt: (now) => now >= intuneOutFrom && now < intuneOutFrom + intuneOutFor,
    faultRate,
    taskFaultRate: (state, attempt) =>
      beyondWindow || attempt < (disturbances[state] ?? 0) ? faultRate : 0,
    isEverDisabled: caDisabled,
    isDisabledAt: (now) => caDisabled && now >= disabledFrom && now < disabledUntil,
    crowds: [1, 2].map(() => ({
      at: dice.between(0, 60_000),
      turns: dice.chance(0.5) ? 0 : dice.between(0, longestQueueSeconds) * turnsPerSecond,
    })),
  };
}

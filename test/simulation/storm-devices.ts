/** The devices of a storm, and how long each kind retries. */
import type { Outcome } from '../../lambda/message/outcome.ts';
import { durableCaller } from './device.ts';
import type { Dice } from './dice.ts';
import { isBug } from './faults.ts';
import { buildStormRequest, type StormRequest } from './requests.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { World } from './world.ts';

/** How a device retries after a PENDING, a 429, a 503 or a lost answer. */
interface RetryPolicy {
  readonly retries: number;
  readonly pauseSeconds: number;
  /** Repeats its PKCSReq instead of polling. */
  readonly repeats?: boolean;
}

/**
 * Apple devices use the retries of their profile. Our profile has ten retries of 30 s, and the
 * defaults are three of 10 s.
 */
const appleRetryPolicies = {
  ours: { retries: 10, pauseSeconds: 30 },
  defaults: { retries: 3, pauseSeconds: 10 },
} as const satisfies Readonly<Record<string, RetryPolicy>>;

export type AppleRetryPolicy = keyof typeof appleRetryPolicies;

const windows: RetryPolicy = { retries: 3, pauseSeconds: 300 };
const repeating: RetryPolicy = { retries: 20, pauseSeconds: 45, repeats: true };

/**
 * After this time the MDM sends its profile again, and the device creates a new key. In seconds.
 */
const newKeyAfterSeconds = 120;

/**
 * Of ten devices four are from Apple, four run Windows, one repeats its request, and one creates a
 * new key.
 */
type Kind = 'apple' | 'windows' | 'repeating' | 'newKey';

const deviceKindOf = (device: number): Kind => {
  const place = device % 10;
  if (place < 4) return 'apple';
  if (place < 8) return 'windows';
  return place === 8 ? 'repeating' : 'newKey';
};

/** The result of one device. */
export type Fate = 'served' | 'gaveUp' | 'refused';

/** What the devices of a storm share. */
export interface Storm {
  readonly world: World;
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly apple: AppleRetryPolicy;
  /** The number of a device's challenge. `second` selects the one for its new key. */
  readonly challengeOf: (device: number, second: boolean) => number;
  readonly count: {
    requests: number;
    unanswered: number;
    refusals: Map<string, number>;
    /** When the CA accepted the last order of a served device, in milliseconds. */
    lastServed: number;
  };
}

/** Enrols one device with the retries of its kind. */
export async function enrolInStorm(device: number, storm: Storm): Promise<Fate> {
  const { apple, challengeOf, time } = storm;
  const kind = deviceKindOf(device);
  const first = buildStormRequest(device, challengeOf(device, false));
  const patience = {
    apple: appleRetryPolicies[apple],
    windows,
    repeating,
    newKey: appleRetryPolicies.defaults,
  };
  const fate = await enrolWithRetries(first, patience[kind], storm);
  if (kind !== 'newKey' || fate === 'served') return fate;
  await time.sleep(newKeyAfterSeconds * 1000);
  const again = buildStormRequest(device, challengeOf(device, true), device + 1);
  return await enrolWithRetries(again, appleRetryPolicies[apple], storm);
}

async function enrolWithRetries(
  request: StormRequest,
  { retries, pauseSeconds, repeats = false }: RetryPolicy,
  { world, time, dice, count }: Storm,
): Promise<Fate> {
  const device = durableCaller('', () => 0);
  let message = request.message;
  for (let tries = 0; tries <= retries; tries += 1) {
    count.requests += 1;
    const answer = await world
      .sendPkiMessage(device, message)
      .catch((error): Outcome | undefined => {
        if (isBug(error)) throw error;
        count.unanswered += 1;
        return undefined;
      });
    if (answer?.status === 'issued') {
      const orderedAt = world.ca.orderOf(answer.certificate)?.orderedAt ?? 0;
      count.lastServed = Math.max(count.lastServed, orderedAt);
      return 'served';
    }
    if (answer?.status === 'refused') {
      count.refusals.set(answer.code, (count.refusals.get(answer.code) ?? 0) + 1);
      return 'refused';
    }
    if (answer?.status === 'pending' && !repeats) message = request.poll();
    // Timers of devices are exact to about one second.
    if (tries < retries) await time.sleep(pauseSeconds * 1000 + dice.between(0, 1000));
  }
  return 'gaveUp';
}

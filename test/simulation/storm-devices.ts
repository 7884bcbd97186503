/**
 * The devices of a storm, and how long each goes on asking (facts of AWS: devices that give up).
 */
import type { Outcome } from '../../lambda/message/outcome.ts';
import { durableCaller } from './device.ts';
import type { Dice } from './dice.ts';
import { isBug } from './faults.ts';
import { type StormRequest, stormRequest } from './requests.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { World } from './world.ts';

/** How a device asks again after a PENDING, a 429, a 503 or nothing. */
interface Patience {
  readonly retries: number;
  readonly pauseSeconds: number;
  /** Sends its PKCSReq again where others poll. */
  readonly repeats?: boolean;
}

/**
 * Apple's patience is the profile's; ours has ten retries of 30 s, its defaults are three of 10 s.
 */
const applePatience = {
  ours: { retries: 10, pauseSeconds: 30 },
  defaults: { retries: 3, pauseSeconds: 10 },
} as const satisfies Readonly<Record<string, Patience>>;

export type ApplePatience = keyof typeof applePatience;

const windows: Patience = { retries: 3, pauseSeconds: 300 };
const repeating: Patience = { retries: 20, pauseSeconds: 45, repeats: true };

/** After this an MDM sends its profile again, and the device makes a new key; in seconds. */
const newKeyAfterSeconds = 120;

/**
 * Of ten devices four are Apple's, four are Windows', one repeats its request, one gets a new key.
 */
type Kind = 'apple' | 'windows' | 'repeating' | 'newKey';

const kindOf = (device: number): Kind => {
  const place = device % 10;
  if (place < 4) return 'apple';
  if (place < 8) return 'windows';
  return place === 8 ? 'repeating' : 'newKey';
};

/** How the storm went for one device. */
export type Fate = 'served' | 'gaveUp' | 'refused';

/** What devices of a storm share. */
export interface Storm {
  readonly world: World;
  readonly time: VirtualTime;
  readonly dice: Dice;
  readonly apple: ApplePatience;
  /** The number of the challenge of a device; `second` is the one that comes with a new key. */
  readonly challengeOf: (device: number, second: boolean) => number;
  readonly count: {
    requests: number;
    unanswered: number;
    refusals: Map<string, number>;
    /** When the CA had the last request of a device that was served, in milliseconds. */
    lastServed: number;
  };
}

/** Enrols one device as its kind does. */
export async function enrolInStorm(device: number, storm: Storm): Promise<Fate> {
  const { apple, challengeOf, time } = storm;
  const kind = kindOf(device);
  const first = stormRequest(device, challengeOf(device, false));
  const patience = {
    apple: applePatience[apple],
    windows,
    repeating,
    newKey: applePatience.defaults,
  };
  const fate = await askPatiently(first, patience[kind], storm);
  if (kind !== 'newKey' || fate === 'served') return fate;
  await time.sleep(newKeyAfterSeconds * 1000);
  const again = stormRequest(device, challengeOf(device, true), device + 1);
  return await askPatiently(again, applePatience[apple], storm);
}

async function askPatiently(
  request: StormRequest,
  { retries, pauseSeconds, repeats = false }: Patience,
  { world, time, dice, count }: Storm,
): Promise<Fate> {
  const device = durableCaller('', () => 0);
  let message = request.message;
  for (let tries = 0; tries <= retries; tries += 1) {
    count.requests += 1;
    const heard = await world.ask(device, message).catch((error): Outcome | undefined => {
      if (isBug(error)) throw error;
      count.unanswered += 1;
      return undefined;
    });
    if (heard?.status === 'issued') {
      const orderedAt = world.ca.orderOf(heard.certificate)?.orderedAt ?? 0;
      count.lastServed = Math.max(count.lastServed, orderedAt);
      return 'served';
    }
    if (heard?.status === 'refused') {
      count.refusals.set(heard.code, (count.refusals.get(heard.code) ?? 0) + 1);
      return 'refused';
    }
    if (heard?.status === 'pending' && !repeats) message = request.poll();
    // Timers of devices are no better than a second.
    if (tries < retries) await time.sleep(pauseSeconds * 1000 + dice.between(0, 1000));
  }
  return 'gaveUp';
}

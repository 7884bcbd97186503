/** A handful of devices for a seed, and what their challenges allow. */
import type { DevicePlan } from './device.ts';
import type { Dice } from './dice.ts';
import { type RequestTerms, requestOf, sharedTransactionId } from './requests.ts';

export interface Scenario {
  readonly plans: readonly DevicePlan[];
  /** Uses by challenge number; undefined counts nothing. */
  readonly maxUses: ReadonlyMap<number, number | undefined>;
  /** One key asks for two certificates: a record without tokens does not show which is which. */
  readonly hasSharedKey: boolean;
  /** Challenges that an admin revokes while devices ask, and when, in milliseconds. */
  readonly revocations: readonly { readonly challenge: number; readonly at: number }[];
}

/** A key for each device of a seed: making one takes a tenth of a second. */
const keys = 6;

/** The longest that devices try before all is quiet, in milliseconds. */
export const maxEnrolmentMilliseconds = 15 * 60_000;

interface Family {
  readonly members: readonly Omit<RequestTerms, 'device' | 'challenge'>[];
  /** One challenge for all, with so many uses or uncounted; or one of its own for each. */
  readonly shares?: number | 'uncounted';
  readonly polls?: boolean;
  readonly hasSharedKey?: boolean;
}

/** Ways in which devices come, by the number of the first. */
const families: readonly ((first: number) => Family)[] = [
  (first) => ({ members: [{ key: first % keys }] }),
  (first) => ({ members: [{ key: first % keys }] }),
  // Two devices with one one-time challenge: one of them was not meant to have it.
  (first) => ({ members: [{ key: first % keys }, { key: (first + 1) % keys }], shares: 1 }),
  (first) => ({ members: [{ key: first % keys }, { key: (first + 1) % keys }], shares: 2 }),
  (first) => ({
    members: [{ key: first % keys }, { key: (first + 1) % keys }],
    shares: 'uncounted',
  }),
  // One key asks for two certificates under one transactionID, as clients that reuse it do.
  (first) => {
    const member = { key: first % keys, transactionId: sharedTransactionId(first) };
    return { members: [member, member], polls: false, hasSharedKey: true };
  },
];

/** The share of challenges that an admin revokes while devices ask. */
const revokedShare = 0.1;

/** Three to six devices. */
export function scenarioOf(dice: Dice): Scenario {
  const plans: DevicePlan[] = [];
  const maxUses = new Map<number, number | undefined>();
  const max = dice.between(3, 5);
  let hasSharedKey = false;
  while (plans.length < max) {
    const first = plans.length;
    const { members, shares, polls = true, ...family } = dice.pick(families)(first);
    hasSharedKey ||= family.hasSharedKey === true;
    for (const [at, member] of members.entries()) {
      const device = first + at;
      const challenge = shares === undefined ? device : first;
      maxUses.set(challenge, shares === 'uncounted' ? undefined : (shares ?? 1));
      plans.push(planOf({ ...member, device, challenge }, polls, dice));
    }
  }
  const revocations = [...maxUses.keys()]
    .filter(() => dice.chance(revokedShare))
    .map((challenge) => ({ challenge, at: dice.between(0, 60_000) }));
  return { plans, maxUses, hasSharedKey, revocations };
}

function planOf(terms: RequestTerms, polls: boolean, dice: Dice): DevicePlan {
  return {
    name: `d${terms.device}`,
    request: requestOf(terms),
    challenge: terms.challenge,
    sendsTwice: dice.chance(0.3),
    wrapsAnew: dice.chance(0.3),
    polls: polls && dice.chance(0.8),
    startsAt: dice.between(0, 5000),
    givesUpAt: dice.chance(0.3) ? dice.between(10_000, 60_000) : maxEnrolmentMilliseconds,
  };
}

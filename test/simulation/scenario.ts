/** Draws three to six devices of a seed, and what their challenges allow. */
import type { DevicePlan } from './device.ts';
import type { Dice } from './dice.ts';
import { deriveSharedTransactionId, getRequest, type RequestTerms } from './requests.ts';

export interface Scenario {
  readonly plans: readonly DevicePlan[];
  /** Uses by challenge number. Undefined is unlimited. */
  readonly maxUses: ReadonlyMap<number, number | undefined>;
  /**
   * One key requests two certificates. A CloudTrail record without tokens cannot tell them apart.
   */
  readonly hasSharedKey: boolean;
  /** Challenges that an admin revokes while devices enrol, and when, in milliseconds. */
  readonly revocations: readonly { readonly challenge: number; readonly at: number }[];
}

/** The number of keyCount, at least one per device. Creating a key takes a tenth of a second. */
const keyCount = 6;

/** How long devices try before the faults end, in milliseconds. */
export const maxEnrolmentMilliseconds = 15 * 60_000;

interface DeviceGroup {
  readonly members: readonly Omit<RequestTerms, 'device' | 'challenge'>[];
  /**
   * One challenge for the whole group, with this many uses or unlimited. Omitted: one challenge per
   * device.
   */
  readonly shares?: number | 'uncounted';
  readonly polls?: boolean;
  readonly hasSharedKey?: boolean;
}

/** The kinds of groups, by the number of the first device. */
const deviceGroups: readonly ((first: number) => DeviceGroup)[] = [
  (first) => ({ members: [{ key: first % keyCount }] }),
  (first) => ({ members: [{ key: first % keyCount }] }),
  // Two devices with one one-time challenge. One of them is not meant to have it.
  (first) => ({ members: [{ key: first % keyCount }, { key: (first + 1) % keyCount }], shares: 1 }),
  (first) => ({ members: [{ key: first % keyCount }, { key: (first + 1) % keyCount }], shares: 2 }),
  (first) => ({
    members: [{ key: first % keyCount }, { key: (first + 1) % keyCount }],
    shares: 'uncounted',
  }),
  // One key requests two certificates with one transactionID, as clients that reuse it do.
  (first) => {
    const member = { key: first % keyCount, transactionId: deriveSharedTransactionId(first) };
    return { members: [member, member], polls: false, hasSharedKey: true };
  },
];

/** The share of challenges that an admin revokes while devices enrol. */
const revokedShare = 0.1;

/** Draws the devices and their challenges. */
export function drawScenario(dice: Dice): Scenario {
  const plans: DevicePlan[] = [];
  const maxUses = new Map<number, number | undefined>();
  const max = dice.between(3, 5);
  let hasSharedKey = false;
  while (plans.length < max) {
    const first = plans.length;
    const { members, shares, polls = true, ...group } = dice.pick(deviceGroups)(first);
    hasSharedKey ||= group.hasSharedKey === true;
    for (const [at, member] of members.entries()) {
      const device = first + at;
      const challenge = shares === undefined ? device : first;
      maxUses.set(challenge, shares === 'uncounted' ? undefined : (shares ?? 1));
      plans.push(drawPlan({ ...member, device, challenge }, polls, dice));
    }
  }
  const revocations = [...maxUses.keys()]
    .filter(() => dice.chance(revokedShare))
    .map((challenge) => ({ challenge, at: dice.between(0, 60_000) }));
  return { plans, maxUses, hasSharedKey, revocations };
}

function drawPlan(terms: RequestTerms, polls: boolean, dice: Dice): DevicePlan {
  return {
    name: `d${terms.device}`,
    request: getRequest(terms),
    challenge: terms.challenge,
    sendsTwice: dice.chance(0.3),
    wrapsAnew: dice.chance(0.3),
    polls: polls && dice.chance(0.8),
    startsAt: dice.between(0, 5000),
    givesUpAt: dice.chance(0.3) ? dice.between(10_000, 60_000) : maxEnrolmentMilliseconds,
  };
}

/** Faults that an implementation could have, each with the invariant that must detect it. */
import type { AttemptProgress } from '../../lambda/ports/enrolments.ts';
import type { SimulationOptions } from './seed.ts';
import type { BreakStores, Stores } from './stores.ts';

/** The expected violation, and the options that cause it. */
export type Sabotage = readonly [violation: RegExp, options: SimulationOptions];

const withBrokenStores = (how: BreakStores, rest: SimulationOptions = {}): SimulationOptions => ({
  ...rest,
  breakStores: how,
});

/** Returns the record without its mark. */
const removeMark = <Progress extends AttemptProgress | undefined>(progress: Progress): Progress => {
  if (progress === undefined) return progress;
  const { askedAtSeconds: _, ...rest } = progress;
  return rest as Progress;
};

/** Certify ignores the mark, so it calls the CA on every run. */
const forgetMark: BreakStores = ({ attempts }) => ({
  attempts: {
    ...attempts,
    read: async (attempt) => {
      const { progress, ...known } = await attempts.read(attempt);
      return { ...known, ...(progress && { progress: removeMark(progress) }) };
    },
    recordArn: async () => true,
  },
});

const changeSettlement =
  (change: Partial<Parameters<Stores['attempts']['settle']>[0]>): BreakStores =>
  (stores) => ({
    attempts: {
      ...stores.attempts,
      settle: (settlement) => stores.attempts.settle({ ...settlement, ...change }),
    },
  });

/**
 * The CA is disabled half of the time, and every attempt runs twice. One run is rejected and the
 * other is not.
 */
const flickering: SimulationOptions['region'] = {
  isEverDisabled: true,
  isDisabledAt: (now) => now % 300 < 150,
  workflow: { losing: () => 0, delaying: () => 0, doubling: () => 1, stopping: () => 0 },
};

/** Sabotages of a connector with its own challenges. */
export const sabotages: Readonly<Record<string, Sabotage>> = {
  'a use that is returned twice': [
    /I2/,
    withBrokenStores(({ attempts }, { challenges }) => ({
      attempts: {
        ...attempts,
        settle: async (settlement) => {
          const result = await attempts.settle(settlement);
          const one = challenges.get(settlement.giveBack ?? '');
          if (result === 'settled' && one?.usesLeft !== undefined)
            challenges.set(one.id, { ...one, usesLeft: one.usesLeft + 1 });
          return result;
        },
      },
    })),
  ],
  'a refusal that does not return its use': [
    /I2/,
    withBrokenStores(changeSettlement({ giveBack: undefined })),
  ],
  'a claim that takes no use': [
    /I[12]/,
    withBrokenStores(({ enrolments }) => ({
      enrolments: {
        ...enrolments,
        claim: ({ countedChallenge: _, ...claim }) => enrolments.claim(claim),
      },
    })),
  ],
  'a Certify that ignores the mark': [/I1/, withBrokenStores(forgetMark)],
  'a refusal without the condition on the progress record': [
    /I[12]/,
    withBrokenStores(changeSettlement({ basis: 'unknown' }), { region: flickering }),
  ],
  'a settlement that is not written': [
    /I[46]/,
    withBrokenStores(({ attempts }) => ({
      attempts: { ...attempts, settle: async () => 'settled' },
    })),
  ],
  'a dispatcher that starts nothing': [
    /I[46]/,
    withBrokenStores(({ due }) => ({ due: { ...due, due: async () => [] } })),
  ],
  'a finder that reports nothing': [
    /I[46]/,
    withBrokenStores(({ lost }) => ({ lost: { ...lost, report: async () => {} } })),
  ],
  'an order that differs from its Grant': [
    /I3/,
    withBrokenStores(({ ca }) => ({
      ca: { ...ca, issue: (order) => ca.issue({ ...order, validityDays: 3650 }) },
    })),
  ],
  'a withheld certificate that is not revoked': [
    /I4/,
    withBrokenStores(({ ca }) => ({ ca: { ...ca, revoke: async () => {} } })),
  ],
  'an outage of the challenge table that becomes a refusal': [
    /I6/,
    withBrokenStores(({ enrolments }) => ({
      enrolments: {
        ...enrolments,
        readKnown: async (keys) => {
          const { challenge, ...known } = await enrolments.readKnown(keys);
          const isRead = keys.enrolmentId.charCodeAt(0) % 2 === 0;
          return { ...known, ...(isRead && challenge && { challenge }) };
        },
      },
    })),
  ],
  'a used challenge that is valid again after months': [
    /I[12]/,
    withBrokenStores(
      ({ challenges, enrolments }, tables) => ({
        challenges,
        enrolments: {
          ...enrolments,
          readKnown: async (keys) => {
            const one = tables.challenges.get(keys.challengeKey ?? '');
            const isForgotten = !tables.rows.has(`test#${keys.enrolmentId}`);
            if (one?.usesLeft === 0 && isForgotten)
              tables.challenges.set(one.id, { ...one, usesLeft: 1 });
            return await enrolments.readKnown(keys);
          },
        },
      }),
      { family: 'later' },
    ),
  ],
};

/** Sabotages of an Intune connector. */
export const intuneSabotages: Readonly<Record<string, Sabotage>> = {
  // With Intune, another key of the same challenge can hold a certificate, so the device is
  // refused.
  'a row that treats its own certificate as revoked': [
    /I[56]/,
    withBrokenStores(({ enrolments }) => ({
      enrolments: {
        ...enrolments,
        readKnown: async (keys) => {
          const known = await enrolments.readKnown(keys);
          const { row } = known;
          if (row?.state.status !== 'issued' || row.attempt > 1) return known;
          return { ...known, row: { ...row, state: { ...row.state, revokedAtSeconds: 1 } } };
        },
      },
    })),
  ],
  'a Grant without a validation by Intune': [
    /I3/,
    withBrokenStores(({ intune }) => ({ intune: { ...intune, validate: async () => 'granted' } })),
  ],
  'a certificate of which Intune is not notified': [
    /Intune: a certificate was handed out, but Intune was not notified/,
    withBrokenStores(({ intune }) => ({
      intune: { ...intune, notifySuccess: async () => 'granted' },
    })),
  ],
  'a certificate that Intune refuses and that is not revoked': [
    /I4/,
    withBrokenStores(({ ca }) => ({ ca: { ...ca, revoke: async () => {} } })),
  ],
  'a revocation that is not recorded': [
    /I5/,
    withBrokenStores(({ certificates }) => ({
      certificates: { ...certificates, markRevoked: async () => {} },
    })),
  ],
};

/** Faults that an implementation might have, each with the invariant that must notice. */
import type { AttemptProgress } from '../../lambda/ports/enrolments.ts';
import type { SimulationOptions } from './seed.ts';
import type { Break, Stores } from './stores.ts';

/** The violation to expect, and how it is brought about. */
export type Sabotage = readonly [violation: RegExp, options: SimulationOptions];

const broken = (how: Break, rest: SimulationOptions = {}): SimulationOptions => ({
  ...rest,
  broken: how,
});

/** A record without its mark. */
const unmarked = <Progress extends AttemptProgress | undefined>(progress: Progress): Progress => {
  if (progress === undefined) return progress;
  const { askedAtSeconds: _, ...rest } = progress;
  return rest as Progress;
};

/** Certify that does not look at the mark: it asks again whenever it runs. */
const forgetMark: Break = ({ attempts }) => ({
  attempts: {
    ...attempts,
    read: async (attempt) => {
      const { progress, ...known } = await attempts.read(attempt);
      return { ...known, ...(progress && { progress: unmarked(progress) }) };
    },
    recordArn: async () => true,
  },
});

const settling =
  (change: Partial<Parameters<Stores['attempts']['settle']>[0]>): Break =>
  (stores) => ({
    attempts: {
      ...stores.attempts,
      settle: (settlement) => stores.attempts.settle({ ...settlement, ...change }),
    },
  });

/**
 * A CA that is disabled every other moment, and attempts that all run twice: one is rejected and
 * its twin is not.
 */
const flickering: SimulationOptions['region'] = {
  isEverDisabled: true,
  isDisabledAt: (now) => now % 300 < 150,
  workflow: { losing: () => 0, delaying: () => 0, doubling: () => 1, stopping: () => 0 },
};

/** Of a connector with challenges of its own. */
export const sabotages: Readonly<Record<string, Sabotage>> = {
  'a use that is given back twice': [
    /I2/,
    broken(({ attempts }, { challenges }) => ({
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
  'a refusal that keeps its use': [/I2/, broken(settling({ giveBack: undefined }))],
  'a claim that takes no use': [
    /I[12]/,
    broken(({ enrolments }) => ({
      enrolments: {
        ...enrolments,
        claim: ({ countedChallenge: _, ...claim }) => enrolments.claim(claim),
      },
    })),
  ],
  'a Certify that ignores the mark': [/I1/, broken(forgetMark)],
  'a refusal without the condition on the progress record': [
    /I[12]/,
    broken(settling({ basis: 'unknown' }), { region: flickering }),
  ],
  'a settlement that is not written': [
    /I[46]/,
    broken(({ attempts }) => ({ attempts: { ...attempts, settle: async () => 'settled' } })),
  ],
  'a dispatcher that starts nothing': [
    /I[46]/,
    broken(({ due }) => ({ due: { ...due, due: async () => [] } })),
  ],
  'a finder that reports nothing': [
    /I[46]/,
    broken(({ lost }) => ({ lost: { ...lost, report: async () => {} } })),
  ],
  'a CA that is sent what was not granted': [
    /I3/,
    broken(({ ca }) => ({
      ca: { ...ca, issue: (order) => ca.issue({ ...order, validityDays: 3650 }) },
    })),
  ],
  'a certificate that is withheld and not revoked': [
    /I4/,
    broken(({ ca }) => ({ ca: { ...ca, revoke: async () => {} } })),
  ],
  'an outage of the challenges that is taken for a refusal': [
    /I6/,
    broken(({ enrolments }) => ({
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
  'a spent challenge that is good again after months': [
    /I[12]/,
    broken(
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

/** Of an Intune connector. */
export const intuneSabotages: Readonly<Record<string, Sabotage>> = {
  // Under Intune another key of the same challenge may have a certificate, so the device is
  // refused.
  'a row that takes its own certificate for revoked': [
    /I[56]/,
    broken(({ enrolments }) => ({
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
  'a grant without a word from Intune': [
    /I3/,
    broken(({ intune }) => ({ intune: { ...intune, validate: async () => 'granted' } })),
  ],
  'a certificate that Intune was not notified of': [
    /Intune: handed out, and Intune was not notified/,
    broken(({ intune }) => ({ intune: { ...intune, notifySuccess: async () => 'granted' } })),
  ],
  'a certificate that Intune refused and that is not revoked': [
    /I4/,
    broken(({ ca }) => ({ ca: { ...ca, revoke: async () => {} } })),
  ],
  'a revocation that is not recorded': [
    /I5/,
    broken(({ certificates }) => ({
      certificates: { ...certificates, markRevoked: async () => {} },
    })),
  ],
};

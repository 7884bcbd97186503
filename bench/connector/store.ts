/**
 * The ports of one connector in this process: maps, and the operations of a successful enrolment.
 * No figure measures refusals or searches, so those operations throw.
 */
import { getChallengeState } from '../../lambda/policy/challenge.ts';
import type { AttemptStore } from '../../lambda/ports/attempts.ts';
import type { ChallengeRecord, ChallengeRegister } from '../../lambda/ports/challenges.ts';
import type {
  AttemptProgress,
  EnrolmentRow,
  EnrolmentStore,
} from '../../lambda/ports/enrolments.ts';
import type { ClientLimit, ReplayGuard } from '../../lambda/ports/envelopes.ts';

/** The ports that an enrolment uses. */
export interface Store {
  readonly enrolments: EnrolmentStore;
  readonly attempts: AttemptStore;
  readonly envelopes: ReplayGuard;
  readonly challenges: Pick<ChallengeRegister, 'create' | 'find'>;
}

/** Creates an empty store. */
export function createMemoryStore(): Store {
  const rows = new Map<string, EnrolmentRow>();
  const progress = new Map<string, AttemptProgress>();
  const challenges = new Map<string, ChallengeRecord>();
  const known = (enrolmentId: string) => {
    const row = rows.get(enrolmentId);
    const record = progress.get(enrolmentId);
    return { ...(row && { row }), ...(record && { progress: record }), nextTurnAtMilliseconds: 0 };
  };
  return {
    enrolments: createEnrolmentStore(rows, challenges, known),
    attempts: {
      read: async ({ enrolmentId }) => known(enrolmentId),
      begin: async (record) => {
        progress.set(record.enrolmentId, record);
        return { progress: record, isNew: true };
      },
      recordArn: async ({ enrolmentId }, certificateArn) => {
        const record = progress.get(enrolmentId);
        if (record) progress.set(enrolmentId, { ...record, certificateArn });
        return record !== undefined;
      },
      settle: async ({ enrolmentId, state, nowMilliseconds }) => {
        const row = rows.get(enrolmentId);
        if (row?.state.status !== 'granted') return 'settledBefore';
        rows.set(enrolmentId, { ...row, state, endedAtMilliseconds: nowMilliseconds });
        return 'settled';
      },
      ...unused,
    },
    envelopes: envelopes(),
    challenges: {
      create: async (record) => void challenges.set(record.id, record),
      find: async (id) => challenges.get(id),
    },
  };
}

function createEnrolmentStore(
  rows: Map<string, EnrolmentRow>,
  challenges: Map<string, ChallengeRecord>,
  known: (enrolmentId: string) => Awaited<ReturnType<EnrolmentStore['readKnown']>>,
): EnrolmentStore {
  const transactions = new Map<string, string>();
  return {
    readKnown: async ({ enrolmentId, challengeKey }) => {
      const challenge = challenges.get(challengeKey ?? '');
      return { ...known(enrolmentId), ...(challenge && { challenge }) };
    },
    claim: async ({ row, countedChallenge, nowSeconds }) => {
      const existing = rows.get(row.enrolmentId);
      if (existing) return { existing };
      if (countedChallenge !== undefined) {
        const challenge = challenges.get(countedChallenge);
        if (challenge === undefined) return { refused: 'unknown' };
        const state = getChallengeState(challenge, nowSeconds);
        if (state !== undefined) return { refused: state };
        const usesLeft = (challenge.usesLeft ?? 0) - 1;
        challenges.set(countedChallenge, { ...challenge, usesLeft });
      }
      rows.set(row.enrolmentId, row);
      return 'claimed';
    },
    bindTransaction: async (key, enrolmentId) => void transactions.set(key, enrolmentId),
    findTransaction: async (key) => transactions.get(key),
  };
}

function envelopes(): ReplayGuard {
  const marks = new Map<string, string>();
  return {
    admit: async ({ encryptedKeySha256, envelopeSha256 }) => {
      const seen = marks.get(encryptedKeySha256);
      marks.set(encryptedKeySha256, seen ?? envelopeSha256);
      return seen === undefined || seen === envelopeSha256 ? 'admitted' : 'changed';
    },
    rememberRefusal: never,
  };
}

/** A budget that is never used up. */
export const noLimit: ClientLimit = {
  allows: async () => true,
  recordFailure: async () => {},
};

const never = async (): Promise<never> => {
  throw new Error('the bench measures enrolments that succeed');
};

const unused = {
  mark: never,
  unmark: never,
  withhold: never,
  record: never,
  discard: never,
  postpone: never,
  requestSearch: never,
  endSearch: never,
} satisfies Partial<AttemptStore>;

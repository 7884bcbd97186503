/**
 * The scep function's reads and writes in memory; the contract suite compares them with DynamoDB.
 */
import { startedWithinSeconds } from '../../../lambda/core/attempt.ts';
import { getChallengeState } from '../../../lambda/policy/challenge.ts';
import type { EnrolmentRow, EnrolmentStore } from '../../../lambda/ports/enrolments.ts';
import { earlierId, type MemoryTables, rowId, type StoredRow } from './memory-tables.ts';

/** The port on tables in memory, for one connector. */
export function memoryEnrolments(tables: MemoryTables, connectorId = 'test'): EnrolmentStore {
  return {
    readKnown: async ({ enrolmentId, challengeKey }) => {
      const id = rowId(connectorId, enrolmentId);
      const row = tables.rows.get(id)?.row;
      const progress = tables.progress.get(id);
      const challenge = tables.challenges.get(challengeKey ?? '');
      return {
        ...(row && { row }),
        ...(progress && { progress }),
        ...(challenge && { challenge }),
        nextTurnAtMilliseconds: tables.nextTurnAtMilliseconds,
      };
    },
    claim: async ({ row, previous, countedChallenge, nowSeconds }) => {
      const id = rowId(connectorId, row.enrolmentId);
      const existing = tables.rows.get(id);
      if (existing && !isFollowed(existing.row, previous)) return { existing: existing.row };
      if (countedChallenge !== undefined) {
        const challenge = tables.challenges.get(countedChallenge);
        if (challenge === undefined) return { refused: 'unknown' };
        const state = getChallengeState(challenge, nowSeconds);
        if (state !== undefined) return { refused: state };
        const usesLeft = (challenge.usesLeft ?? 0) - 1;
        tables.challenges.set(countedChallenge, { ...challenge, usesLeft });
      }
      if (existing)
        tables.rows.set(earlierId(connectorId, existing.row), earlier(existing.row, nowSeconds));
      const due = { of: 'due', atSeconds: row.grantedAtSeconds + startedWithinSeconds } as const;
      tables.rows.set(id, { row, due });
      return 'claimed';
    },
    bindTransaction: async (key, enrolmentId) => {
      tables.transactions.set(`${connectorId}#${key}`, enrolmentId);
    },
    findTransaction: async (key) => tables.transactions.get(`${connectorId}#${key}`),
  };
}

/** Whether the row is settled and unchanged since it was read. */
const isFollowed = (existing: EnrolmentRow, previous: EnrolmentRow | undefined): boolean =>
  existing.attempt === previous?.attempt &&
  existing.state.status !== 'granted' &&
  serialOf(existing) === serialOf(previous);

const serialOf = ({ state }: EnrolmentRow): string | undefined =>
  state.status === 'granted' ? undefined : state.serialHex;

/** A settled row, with its remaining work. */
function earlier(row: EnrolmentRow, nowSeconds: number): StoredRow {
  const { state } = row;
  if (state.status !== 'refused') return { row };
  const isWithheld = state.serialHex !== undefined && state.revokedAtSeconds === undefined;
  if (isWithheld) return { row, due: { of: 'withheld', atSeconds: nowSeconds } };
  return state.search ? { row, due: { of: 'lost', atSeconds: nowSeconds } } : { row };
}

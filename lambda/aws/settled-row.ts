/** How long a settled row is kept, and how it is listed after a later attempt follows it. */
import { formatAttemptId } from '../core/attempt.ts';
import type { EnrolmentRow, RowState } from '../ports/enrolments.ts';
import { computeTtl, type Item, toNumberAttribute } from './attributes.ts';
import { toDayMembers } from './day-list.ts';
import { toRowItem } from './enrolment-item.ts';
import { lostPartition, toWithheldPartition } from './enrolment-keys.ts';

/**
 * How many days a settled row, its serial record and an answered revocation request are kept. The
 * days count from the certificate's end, or from the refusal or the answer.
 */
export const settledDays = 30;

/** When a row that is settled now is removed. */
export const toSettledTtl = (state: RowState, nowSeconds: number) =>
  computeTtl(state.status === 'issued' ? state.notAfterSeconds : nowSeconds, settledDays);

/**
 * A settled row that a later attempt follows, without its key. It stays in the list of its day. It
 * also stays due while its certificate waits for its revocation, or its search continues.
 */
export function toEarlierRowItem(row: EnrolmentRow, nowSeconds: number): Item {
  const { state, connectorId, endedAtMilliseconds = row.grantedAtSeconds * 1000 } = row;
  const partition = findDuePartition(state, connectorId);
  return {
    ...toRowItem(row),
    ...toDayMembers(connectorId, endedAtMilliseconds, formatAttemptId(row)),
    ttl: toSettledTtl(state, nowSeconds),
    ...(partition !== undefined && {
      duePartition: { S: partition },
      dueAt: toNumberAttribute(nowSeconds),
    }),
  };
}

function findDuePartition(state: RowState, connectorId: string): string | undefined {
  if (state.status !== 'refused') return undefined;
  const isWithheld = state.serialHex !== undefined && state.revokedAtSeconds === undefined;
  if (isWithheld) return toWithheldPartition(connectorId);
  return state.search === undefined ? undefined : lostPartition;
}

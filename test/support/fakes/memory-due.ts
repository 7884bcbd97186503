/**
 * The reads and writes of the dispatcher, the finder and Revoke in memory; the contract suite
 * compares them with DynamoDB.
 */

import { requireSerial } from '../../../lambda/core/serial-number.ts';
import type {
  DueAttempt,
  DueAttempts,
  LostAttempt,
  LostAttempts,
} from '../../../lambda/ports/due-attempts.ts';
import type { IssuedCertificates } from '../../../lambda/ports/revocations.ts';
import type { WithheldCertificate, WithheldCertificates } from '../../../lambda/ports/withheld.ts';
import {
  type DueOf,
  isEarlier,
  type MemoryTables,
  rowId,
  type StoredRow,
  serialId,
  storedRowOf,
} from './memory-tables.ts';

const dueAttemptOf = (tables: MemoryTables, stored: StoredRow): DueAttempt => {
  const { connectorId, enrolmentId, attempt } = stored.row;
  const dueAtSeconds = stored.due?.atSeconds ?? 0;
  return { connectorId, enrolmentId, attempt, dueAtSeconds, isEarlier: isEarlier(tables, stored) };
};

const listed = (tables: MemoryTables, of: DueOf, nowSeconds: number): StoredRow[] =>
  [...tables.rows.values()]
    .filter(({ due }) => due?.of === of && due.atSeconds <= nowSeconds)
    .sort((one, other) => (one.due?.atSeconds ?? 0) - (other.due?.atSeconds ?? 0));

/** The dispatcher's port. */
export const memoryDueAttempts = (tables: MemoryTables): DueAttempts => ({
  due: async (nowSeconds, limit) =>
    listed(tables, 'due', nowSeconds)
      .slice(0, limit)
      .map((stored) => dueAttemptOf(tables, stored)),
  progressOf: async (attempts) =>
    attempts.map(({ connectorId, enrolmentId }) =>
      tables.progress.get(rowId(connectorId, enrolmentId)),
    ),
  postpone: async (attempt, dueAtSeconds) => {
    const stored = storedRowOf(tables, attempt.connectorId, attempt);
    if (stored?.due?.atSeconds !== attempt.dueAtSeconds) return false;
    stored.due = { ...stored.due, atSeconds: dueAtSeconds };
    return true;
  },
  lease: async (holder, nowSeconds, untilSeconds) => {
    const { lease } = tables;
    if (lease && lease.holder !== holder && lease.untilSeconds > nowSeconds) return false;
    tables.lease = { holder, untilSeconds };
    return true;
  },
});

/** The finder's port. */
export function memoryLostAttempts(tables: MemoryTables, nowSeconds: () => number): LostAttempts {
  const change = (
    lost: LostAttempt,
    due: NonNullable<StoredRow['due']>,
    found: { readonly searchedAtSeconds: number; readonly candidates?: readonly string[] },
  ): void => {
    const stored = storedRowOf(tables, lost.connectorId, lost);
    if (stored?.due?.of !== 'lost' || stored.due.atSeconds !== lost.dueAtSeconds) return;
    const { state } = stored.row;
    if (state.status === 'issued' || state.search === undefined) return;
    stored.row = { ...stored.row, state: { ...state, search: { ...state.search, ...found } } };
    stored.due = due;
  };
  return {
    due: async (seconds, limit) =>
      listed(tables, 'lost', seconds)
        .slice(0, limit)
        .flatMap((stored) => {
          const { state } = stored.row;
          if (state.status === 'issued' || state.search === undefined) return [];
          const isRefused = state.status === 'refused';
          return [{ ...dueAttemptOf(tables, stored), search: state.search, isRefused }];
        }),
    report: async (lost, { candidates, searchedAtSeconds }) =>
      change(
        lost,
        { of: 'due', atSeconds: nowSeconds() },
        { searchedAtSeconds, ...(candidates.length > 0 && { candidates }) },
      ),
    postpone: async (lost, searchedAtSeconds, dueAtSeconds) =>
      change(lost, { of: 'lost', atSeconds: dueAtSeconds }, { searchedAtSeconds }),
  };
}

/** Revoke's port on withheld certificates. */
export const memoryWithheld = (
  tables: MemoryTables,
  { connectorId, nowSeconds }: { readonly connectorId: string; readonly nowSeconds: () => number },
): WithheldCertificates => ({
  pending: async (limit) => {
    const waiting = listed(tables, 'withheld', nowSeconds())
      .filter(({ row }) => row.connectorId === connectorId)
      .slice(0, limit)
      .flatMap(({ row }): WithheldCertificate[] => {
        const { enrolmentId, attempt, state } = row;
        if (state.status !== 'refused' || state.serialHex === undefined) return [];
        return [{ enrolmentId, attempt, serialHex: state.serialHex, code: state.code }];
      });
    const certificates = waiting.filter(({ serialHex, enrolmentId, attempt, code }) => {
      const record = tables.serials.get(serialId(connectorId, serialHex))?.certificate;
      return (
        record?.enrolmentId === enrolmentId &&
        record.attempt === attempt &&
        record.withheldFor === code
      );
    });
    return { certificates, disputed: waiting.length - certificates.length };
  },
  markRevoked: async (certificate, seconds) => {
    const stored = storedRowOf(tables, connectorId, certificate);
    const serial = tables.serials.get(serialId(connectorId, certificate.serialHex));
    if (stored?.row.state.status !== 'refused' || !serial?.certificate.withheldFor) return;
    serial.revokedAtSeconds ??= seconds;
    const revokedAtSeconds = stored.row.state.revokedAtSeconds ?? seconds;
    stored.row = { ...stored.row, state: { ...stored.row.state, revokedAtSeconds } };
    stored.due = undefined;
  },
});

/** Revoke's port on issued certificates. */
export const memoryIssuedCertificates = (
  tables: MemoryTables,
  connectorId = 'test',
): IssuedCertificates => ({
  find: async (serialKey) => {
    const serial = tables.serials.get(`${connectorId}#${serialKey}`);
    if (serial === undefined) return undefined;
    const { revokedAtSeconds } = serial;
    return {
      serialHex: serial.certificate.serialHex,
      ...(revokedAtSeconds !== undefined && { revokedAtSeconds }),
    };
  },
  markRevoked: async (serialKey, nowSeconds) => {
    const serial = tables.serials.get(`${connectorId}#${requireSerial(serialKey)}`);
    if (serial === undefined) return;
    serial.revokedAtSeconds ??= nowSeconds;
    const stored = storedRowOf(tables, connectorId, serial.certificate);
    if (stored === undefined || stored.row.state.status === 'granted') return;
    const revokedAtSeconds = stored.row.state.revokedAtSeconds ?? nowSeconds;
    stored.row = { ...stored.row, state: { ...stored.row.state, revokedAtSeconds } };
  },
});

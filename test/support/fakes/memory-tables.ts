/**
 * The tables of one service in memory, which the fakes of all ports share. No code here awaits, so
 * each write is atomic.
 */
import { type Attempt, formatAttemptId } from '../../../lambda/core/attempt.ts';
import { requireSerial } from '../../../lambda/core/serial-number.ts';
import type { RecordedCertificate } from '../../../lambda/ports/attempts.ts';
import type { ChallengeRecord } from '../../../lambda/ports/challenges.ts';
import type { AttemptProgress, EnrolmentRow } from '../../../lambda/ports/enrolments.ts';
import type { HistoryEntry } from '../../../lambda/ports/history.ts';

/** The remaining work of a row: its partition in the index of due rows. */
export type DueOf = 'due' | 'lost' | 'withheld';

/** A row and its place in the index. */
export interface StoredRow {
  row: EnrolmentRow;
  due?: { of: DueOf; atSeconds: number };
}

/** A serial record. */
export interface StoredSerial {
  readonly certificate: RecordedCertificate;
  /** Whether its row handed it out. */
  readonly isHandedOut?: boolean;
  revokedAtSeconds?: number;
}

/** Everything that is stored. Tests may read it, and an attacker in a test may write it. */
export interface MemoryTables {
  /** By challenge id. */
  readonly challenges: Map<string, ChallengeRecord>;
  /** The newest attempts by connector and enrolment, and earlier ones by attempt as well. */
  readonly rows: Map<string, StoredRow>;
  readonly transactions: Map<string, string>;
  readonly progress: Map<string, AttemptProgress>;
  readonly serials: Map<string, StoredSerial>;
  /** Refusals without a Grant, and their number per source, connector and day. */
  readonly refusals: {
    readonly kept: Map<string, HistoryEntry>;
    readonly counts: Map<string, number>;
    /** Entries of groups, each with the time that it is listed at. */
    readonly groups: Map<
      string,
      { readonly entry: HistoryEntry; readonly listedAtMilliseconds: number }
    >;
  };
  nextTurnAtMilliseconds: number;
  lease?: { readonly holder: string; readonly untilSeconds: number };
}

/** Creates empty tables. */
export const memoryTables = (): MemoryTables => ({
  challenges: new Map(),
  rows: new Map(),
  transactions: new Map(),
  progress: new Map(),
  serials: new Map(),
  refusals: { kept: new Map(), counts: new Map(), groups: new Map() },
  nextTurnAtMilliseconds: 0,
});

/** The key of an enrolment's newest row, and of its progress record. */
export const rowId = (connectorId: string, enrolmentId: string): string =>
  `${connectorId}#${enrolmentId}`;

/** The key of an attempt that a later one follows. */
export const earlierId = (connectorId: string, attempt: Attempt): string =>
  `${connectorId}#${formatAttemptId(attempt)}`;

/** The key of a serial record. */
export const serialId = (connectorId: string, serialHex: string): string =>
  `${connectorId}#${requireSerial(serialHex)}`;

/** The row of this attempt, under its current key. */
export function storedRowOf(
  tables: MemoryTables,
  connectorId: string,
  attempt: Attempt,
): StoredRow | undefined {
  const newest = tables.rows.get(rowId(connectorId, attempt.enrolmentId));
  if (newest?.row.attempt === attempt.attempt) return newest;
  return tables.rows.get(earlierId(connectorId, attempt));
}

/** Whether a row was moved because a later attempt follows it. */
export const isEarlier = (tables: MemoryTables, { row }: StoredRow): boolean =>
  tables.rows.get(rowId(row.connectorId, row.enrolmentId))?.row.attempt !== row.attempt;

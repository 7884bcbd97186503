/** The record of refusals without a Grant. */
import type { RefusalCode } from '../core/errors.ts';
import type { HistoryEntry } from './history.ts';

/**
 * Refusals of one kind: one code, one source, and one algorithm or messageType that was refused.
 */
export interface RefusalGroup {
  readonly connectorId: string;
  readonly code: RefusalCode;
  readonly refused?: string;
  /** A keyed hash. */
  readonly source: string;
}

/** Refused requests, in a table that a stranger cannot grow without bound. */
export interface Refusals {
  /**
   * Records one refusal. Returns false, and records nothing, if its source or its connector has
   * reached the limit of the day. `source` is a keyed hash.
   */
  record(entry: HistoryEntry, source: string): Promise<boolean>;
  /**
   * Adds `count` refusals to the entry of their group and hour. Beyond the limit of the day, new
   * groups of one code share an entry.
   */
  add(group: RefusalGroup, count: number, atMilliseconds: number): Promise<void>;
}

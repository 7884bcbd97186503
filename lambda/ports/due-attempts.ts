/** Attempts that are due: for the dispatcher, and for the finder. */
import type { Attempt } from '../attempt.ts';
import type { AttemptProgress, Search } from './enrolments.ts';

/**
 * An attempt that is due, as the index lists it. It lags by seconds, and lists what is settled
 * meanwhile.
 */
export interface DueAttempt extends Attempt {
  readonly connectorId: string;
  readonly dueAtSeconds: number;
  /** A later attempt follows it, so its row has another key. */
  readonly isEarlier: boolean;
}

/** What the dispatcher reads and writes. */
export interface DueAttempts {
  /** The attempts that are due at this time, the earliest first. */
  due(nowSeconds: number, limit: number): Promise<readonly DueAttempt[]>;
  /** Their progress records, in the order of the attempts. */
  progressOf(attempts: readonly DueAttempt[]): Promise<readonly (AttemptProgress | undefined)[]>;
  /** Moves an attempt's due time; false if it is settled or another dispatcher moved it. */
  postpone(attempt: DueAttempt, dueAtSeconds: number): Promise<boolean>;
  /** Takes or renews the dispatcher's lease; false if another run has it. */
  lease(holder: string, nowSeconds: number, untilSeconds: number): Promise<boolean>;
}

/** An attempt whose certificate is searched for. */
export interface LostAttempt extends DueAttempt {
  readonly search: Search;
  readonly isRefused: boolean;
}

/** What the finder reads and writes. */
export interface LostAttempts {
  /** The searches that are due at this time, the earliest first. */
  due(nowSeconds: number, limit: number): Promise<readonly LostAttempt[]>;
  /**
   * Stores candidates and makes the attempt due for Certify; with no candidate, Certify decides on
   * what was searched.
   */
  report(
    lost: LostAttempt,
    found: { readonly candidates: readonly string[]; readonly searchedAtSeconds: number },
  ): Promise<void>;
  /** Searches again at this time. */
  postpone(lost: LostAttempt, searchedAtSeconds: number, dueAtSeconds: number): Promise<void>;
}

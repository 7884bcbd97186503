/** Attempts that are due, for the dispatcher and the finder. */
import type { Attempt } from '../core/attempt.ts';
import type { AttemptProgress, Search } from './enrolments.ts';

/**
 * A due attempt as the index lists it. The index lags by seconds, so the attempt may be settled
 * meanwhile.
 */
export interface DueAttempt extends Attempt {
  readonly connectorId: string;
  readonly dueAtSeconds: number;
  /** A later attempt replaced it, so its row has another key. */
  readonly isEarlier: boolean;
}

/** The dispatcher's reads and writes. */
export interface DueAttempts {
  /** The attempts that are due at this time, the earliest first. */
  due(nowSeconds: number, limit: number): Promise<readonly DueAttempt[]>;
  /** Their progress records, in the order of the attempts. */
  progressOf(attempts: readonly DueAttempt[]): Promise<readonly (AttemptProgress | undefined)[]>;
  /** Moves an attempt's due time; false if it is settled or another dispatcher moved it. */
  postpone(attempt: DueAttempt, dueAtSeconds: number): Promise<boolean>;
  /** Takes or renews the dispatcher's lease; false if another run holds it. */
  lease(holder: string, nowSeconds: number, untilSeconds: number): Promise<boolean>;
}

/** An attempt whose certificate is searched for. */
export interface LostAttempt extends DueAttempt {
  readonly search: Search;
  readonly isRefused: boolean;
}

/** The finder's reads and writes. */
export interface LostAttempts {
  /** The searches that are due at this time, the earliest first. */
  due(nowSeconds: number, limit: number): Promise<readonly LostAttempt[]>;
  /**
   * Stores candidates and makes the attempt due for Certify. Without a candidate, Certify decides
   * by the searched period.
   */
  report(
    lost: LostAttempt,
    found: { readonly candidates: readonly string[]; readonly searchedAtSeconds: number },
  ): Promise<void>;
  /** Sets the time of the next search. */
  postpone(lost: LostAttempt, searchedAtSeconds: number, dueAtSeconds: number): Promise<void>;
}

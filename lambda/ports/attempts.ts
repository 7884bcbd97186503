/** An attempt while it is certified, and its settlement. Only Certify's role writes these. */
import type { Attempt } from '../core/attempt.ts';
import type { RefusalCode } from '../core/errors.ts';
import type { AttemptProgress, IssuedState, Known, RefusedState, Search } from './enrolments.ts';

/** A certificate as its serial record keeps it (docs/architecture.md, provenance). */
export interface RecordedCertificate extends Attempt {
  readonly serialHex: string;
  /** SHA-256 of the DER, in hex. */
  readonly sha256: string;
  readonly certificateArn: string;
  readonly notBeforeSeconds: number;
  readonly notAfterSeconds: number;
  /** The first attempt in its line of renewals. */
  readonly line: string;
  /** The reason why the certificate was never handed out and waits for its revocation. */
  readonly withheldFor?: RefusalCode;
}

/** The basis of a refusal, which decides what may be written with it. */
export type RefusalBasis =
  /** IssueCertificate was called once, and the CA rejected it. */
  | 'rejected'
  /** The CA could not create the certificate. */
  | 'failed'
  /** IssueCertificate was never called. */
  | 'notAsked'
  /** The CA issued a certificate, or may have issued one. */
  | 'unknown';

/** The settlement of an attempt. */
export interface Settlement extends Attempt {
  readonly basis: RefusalBasis;
  readonly state: IssuedState | RefusedState;
  /** The issued certificate, handed out or not. */
  readonly certificate?: RecordedCertificate;
  /** The key of a counted challenge that gets its use back, because nothing was issued. */
  readonly giveBack?: string;
  /** When the search of `state` is next due; given if and only if `state` has a search. */
  readonly searchDueAtSeconds?: number;
  readonly nowMilliseconds: number;
}

/** The result of a settlement. */
export type SettleResult =
  | 'settled'
  /** It is already settled, or a later attempt exists. */
  | 'settledBefore'
  /**
   * The serial record contradicts it. A certificate that is revoked or withheld is not handed out,
   * and one that was handed out is not withheld.
   */
  | 'certificateRevoked'
  /** Another execution called IssueCertificate, so `rejected` or `notAsked` does not hold. */
  | 'askedElsewhere';

/**
 * Certify's reads and writes. Every write is conditional, and its result says whether it happened.
 */
export interface AttemptStore {
  /** Reads this attempt's row, its progress and the queue in one call. */
  read(attempt: Attempt): Promise<Omit<Known, 'challenge'>>;
  /**
   * Writes the turn, and the mark if given, unless a record of this attempt or a later one exists.
   * Returns the current record, and whether this call wrote it.
   */
  begin(
    progress: AttemptProgress,
  ): Promise<{ readonly progress: AttemptProgress; readonly isNew: boolean }>;
  /**
   * Sets the mark unless it is set, counts a try, and returns the record. Undefined if the record
   * is withheld or belongs to another attempt.
   */
  mark(attempt: Attempt, nowSeconds: number): Promise<AttemptProgress | undefined>;
  /** Removes the mark after a single try that the CA did not accept. */
  unmark(attempt: Attempt): Promise<void>;
  /** Stores the ARN; false if the record is missing or belongs to another attempt. */
  recordArn(attempt: Attempt, certificateArn: string): Promise<boolean>;
  /**
   * Records for good that the certificate is not handed out. Returns the first reason; undefined if
   * the record is missing.
   */
  withhold(attempt: Attempt, code: RefusalCode): Promise<RefusalCode | undefined>;
  /**
   * Writes the serial record before the settlement. False if the certificate is recorded as
   * revoked, as withheld, or for another attempt.
   */
  record(certificate: RecordedCertificate): Promise<boolean>;
  /**
   * Ends the attempt: row, serial record and challenge in one transaction. A refusal withholds its
   * progress record too.
   */
  settle(settlement: Settlement): Promise<SettleResult>;
  /**
   * Adds a certificate to a refused attempt, so that it is revoked, and removes the attempt's
   * search and Grant. Throws `AttemptUnknown` if the attempt is not refused, or if its certificate
   * was handed out.
   */
  discard(certificate: RecordedCertificate, nowSeconds: number): Promise<void>;
  /** Sets the time at which the dispatcher starts this attempt again; false if it is settled. */
  postpone(attempt: Attempt, dueAtSeconds: number): Promise<boolean>;
  /** Passes an open attempt to the finder; false if it is settled. */
  requestSearch(attempt: Attempt, search: Search, dueAtSeconds: number): Promise<boolean>;
  /** Ends the search after a refusal and removes the Grant. */
  endSearch(attempt: Attempt): Promise<void>;
}

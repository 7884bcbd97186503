/** An attempt while it is certified, and how it ends. Only Certify's role writes it. */
import type { Attempt } from '../attempt.ts';
import type { RefusalCode } from '../errors.ts';
import type { AttemptProgress, IssuedState, Known, RefusedState, Search } from './enrolments.ts';

/** A certificate as its serial record keeps it (docs/architecture.md, provenance). */
export interface RecordedCertificate extends Attempt {
  readonly serialHex: string;
  /** SHA-256 of the DER, in hex. */
  readonly sha256: string;
  readonly certificateArn: string;
  readonly notBeforeSeconds: number;
  readonly notAfterSeconds: number;
  /** The first attempt of the line of renewals that it belongs to. */
  readonly line: string;
  /** The certificate waits for its revocation, for this reason, and was never handed out. */
  readonly withheldFor?: RefusalCode;
}

/** The basis of a refusal, which decides what may be written with it. */
export type RefusalBasis =
  /** The CA rejected the first and only try. */
  | 'rejected'
  /** The CA could not make the certificate. */
  | 'failed'
  /** IssueCertificate was never called. */
  | 'notAsked'
  /** A certificate was issued, or may have been. */
  | 'unknown';

/** How an attempt ends. */
export interface Settlement extends Attempt {
  readonly basis: RefusalBasis;
  readonly state: IssuedState | RefusedState;
  /** The certificate that was made, handed out or not. */
  readonly certificate?: RecordedCertificate;
  /** The key of a counted challenge that gets its use back, because nothing was issued. */
  readonly giveBack?: string;
  readonly nowMilliseconds: number;
}

/** The result of a settlement. */
export type SettleResult =
  | 'settled'
  /** It was settled before, or a later attempt is there. */
  | 'settledBefore'
  /**
   * The serial record contradicts it. A certificate that is revoked or withheld is not handed out;
   * one that was handed out is not withheld.
   */
  | 'certificateRevoked'
  /** Another execution called IssueCertificate, so `rejected` or `notAsked` does not hold. */
  | 'askedElsewhere';

/**
 * What Certify reads and writes. Every write is conditional, and its result says whether it
 * happened.
 */
export interface AttemptStore {
  /** One read of the row of this attempt, of its progress and of the queue. */
  read(attempt: Attempt): Promise<Omit<Known, 'challenge'>>;
  /**
   * Writes the turn, and the mark if given, unless a record of this attempt or a later one exists.
   * Returns the record that is there now, and whether this call wrote it.
   */
  begin(
    progress: AttemptProgress,
  ): Promise<{ readonly progress: AttemptProgress; readonly isNew: boolean }>;
  /**
   * Sets the mark unless it is set, counts a try, and returns the record; undefined if it is
   * withheld or another attempt's.
   */
  mark(attempt: Attempt, nowSeconds: number): Promise<AttemptProgress | undefined>;
  /** Removes the mark after a single try that the CA did not take. */
  unmark(attempt: Attempt): Promise<void>;
  /** Stores the ARN; false if the record is another attempt's or gone. */
  recordArn(attempt: Attempt, certificateArn: string): Promise<boolean>;
  /**
   * Decides for good that the certificate is not handed out; returns the first reason, undefined if
   * the record is gone.
   */
  withhold(attempt: Attempt, code: RefusalCode): Promise<RefusalCode | undefined>;
  /**
   * Writes the serial record ahead of the settlement; false if it is recorded as revoked, as
   * withheld, or for another attempt.
   */
  record(certificate: RecordedCertificate): Promise<boolean>;
  /**
   * Ends the attempt: row, serial record and challenge in one transaction. A refusal withholds its
   * progress record too.
   */
  settle(settlement: Settlement): Promise<SettleResult>;
  /**
   * Adds a certificate to a refused attempt, so that it is revoked; its search and its Grant are
   * removed. Throws `AttemptUnknown` if the attempt is not refused, or if its certificate was
   * handed out.
   */
  discard(certificate: RecordedCertificate, nowSeconds: number): Promise<void>;
  /** Says when the dispatcher starts this attempt again; false if it is settled. */
  postpone(attempt: Attempt, dueAtSeconds: number): Promise<boolean>;
  /** Hands an open attempt to the finder; false if it is settled. */
  requestSearch(attempt: Attempt, search: Search, dueAtSeconds: number): Promise<boolean>;
  /** Ends the search after a refusal and removes the Grant. */
  endSearch(attempt: Attempt): Promise<void>;
}

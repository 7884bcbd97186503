/**
 * Enrolments as they are stored. A row holds what was decided; a progress record holds what the CA
 * was sent. They live in two tables, so that write access to one of them issues nothing
 * (docs/decisions/017-two-tables.md).
 */
import type { Attempt } from '../attempt.ts';
import type { RefusalCode } from '../errors.ts';
import type { ChallengeRecord } from '../ports.ts';

/** One attempt of an enrolment: written when it is granted and when it is settled. */
export interface EnrolmentRow extends Attempt {
  readonly connectorId: string;
  readonly grantedAtSeconds: number;
  /** The requested subject as admins read it (RFC 4514); bounded, not secret. */
  readonly subject: string;
  /** The public id of the challenge that authorised it; omitted for Intune. */
  readonly challengeId?: string;
  /** The device's own text, bounded. */
  readonly transactionId: string;
  /** When it was settled, in epoch milliseconds; omitted while it is open. */
  readonly endedAtMilliseconds?: number;
  readonly state: RowState;
}

/** How an attempt stands. `granted` is open, the others are settled for good. */
export type RowState = GrantedState | IssuedState | RefusedState;

/** The Grant waits for its certificate. */
export interface GrantedState {
  readonly status: 'granted';
  /**
   * The Grant and the CSR under the connector's key (policy/grant.ts): proof that policy made it.
   */
  readonly sealedGrant: Uint8Array;
  /** The CA's answer was lost, so CloudTrail is searched for the certificate. */
  readonly search?: Search;
}

/** The certificate is there. */
export interface IssuedState {
  readonly status: 'issued';
  readonly certificateArn: string;
  readonly serialHex: string;
  /**
   * The certificate under the connector's key (policy/sealed-certificate.ts), so that a table write
   * cannot replace it.
   */
  readonly sealedCertificate: Uint8Array;
  readonly notBeforeSeconds: number;
  readonly notAfterSeconds: number;
  readonly revokedAtSeconds?: number;
}

/** No certificate is handed out. */
export interface RefusedState {
  readonly status: 'refused';
  readonly code: RefusalCode;
  /** A certificate that was made all the same. It waits for its revocation, or is revoked. */
  readonly serialHex?: string;
  /** When that certificate was revoked. */
  readonly revokedAtSeconds?: number;
  /**
   * After `CertificateLost` the search goes on for a day; the Grant stays until then to recognise
   * the certificate.
   */
  readonly search?: Search;
  readonly sealedGrant?: Uint8Array;
}

/** A search for a certificate that the CA may have made. */
export interface Search {
  /** When IssueCertificate was first called. */
  readonly askedAtSeconds: number;
  /** The end of the record that was searched without a result; omitted before the first search. */
  readonly searchedAtSeconds?: number;
  /** ARNs that may be the certificate; Certify checks their keys. */
  readonly candidates?: readonly string[];
}

/** What the CA was sent for one attempt. Only Certify's role writes it. */
export interface AttemptProgress extends Attempt {
  /** When this attempt may call IssueCertificate. */
  readonly turnAtMilliseconds: number;
  /**
   * The mark: when IssueCertificate was first called and may have been received; omitted before.
   */
  readonly askedAtSeconds?: number;
  /** Calls of IssueCertificate since the mark. */
  readonly tries: number;
  readonly certificateArn?: string;
  /** The certificate is never handed out, for this reason; the first reason stands. */
  readonly withheldFor?: RefusalCode;
}

/**
 * What is known of a request before anything is decided. It is not a snapshot: each part is
 * consistent by itself.
 */
export interface Known {
  readonly row?: EnrolmentRow;
  readonly progress?: AttemptProgress;
  readonly challenge?: ChallengeRecord;
  /**
   * When the next turn at the CA is, in epoch milliseconds; in the past while there is no queue.
   */
  readonly nextTurnAtMilliseconds: number;
}

/** A granted attempt, and the conditions on which its row is written. */
export interface Claim {
  readonly row: EnrolmentRow & { readonly state: GrantedState };
  /** The settled attempt that it follows, which keeps a row of its own. */
  readonly previous?: EnrolmentRow;
  /** The key of a challenge that counts its uses; omitted for any other authority. */
  readonly countedChallenge?: string;
  readonly nowSeconds: number;
}

/** Why a counted challenge was not taken. */
export type ChallengeState = 'unknown' | 'expired' | 'revoked' | 'used';

/** The result of a claim. */
export type ClaimResult =
  | 'claimed'
  /**
   * A row of this attempt or a later one is there, or the previous one has changed since it was
   * read.
   */
  | { readonly existing: EnrolmentRow }
  | { readonly refused: ChallengeState };

/**
 * What the scep function reads and writes. An undecided call throws, so that the device gets 503.
 */
export interface EnrolmentStore {
  /** Reads everything that is known in one call; throws if any part of it is not read. */
  readKnown(keys: { readonly enrolmentId: string; readonly challengeKey?: string }): Promise<Known>;
  /** Writes the row and takes one use of its challenge, both or neither. */
  claim(claim: Claim): Promise<ClaimResult>;
  /** Points a transaction to an enrolment; the later one stands. */
  bindTransaction(transactionKey: string, enrolmentId: string): Promise<void>;
  findTransaction(transactionKey: string): Promise<string | undefined>;
}

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

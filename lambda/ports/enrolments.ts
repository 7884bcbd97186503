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

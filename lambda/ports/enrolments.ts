/**
 * Stored enrolments. A row holds the decision, and a progress record holds what was sent to the CA.
 * They are in two tables, so that write access to one of them issues nothing
 * (docs/decisions/017-two-tables.md).
 */
import type { Attempt } from '../core/attempt.ts';
import type { RefusalCode } from '../core/errors.ts';
import type { ChallengeRecord } from './challenges.ts';

/** One attempt of an enrolment: written when it is granted and when it is settled. */
export interface EnrolmentRow extends Attempt {
  readonly connectorId: string;
  readonly grantedAtSeconds: number;
  /** The requested subject as admins see it (RFC 4514); bounded, not secret. */
  readonly subject: string;
  /** The public id of the challenge that authorised it; omitted for Intune. */
  readonly challengeId?: string;
  /** The device's own transactionID, bounded. */
  readonly transactionId: string;
  /** When it was settled, in epoch milliseconds; omitted while it is open. */
  readonly endedAtMilliseconds?: number;
  readonly state: RowState;
}

/** The state of an attempt. `granted` is open; the others are settled for good. */
export type RowState = GrantedState | IssuedState | RefusedState;

/** The Grant waits for its certificate. */
export interface GrantedState {
  readonly status: 'granted';
  /**
   * The Grant and the CSR, sealed with the connector's key (policy/grant.ts). The seal proves that
   * the policy made the Grant.
   */
  readonly sealedGrant: Uint8Array;
  /** The CA's answer was lost, so CloudTrail is searched for the certificate. */
  readonly search?: Search;
}

/** The certificate is issued. */
export interface IssuedState {
  readonly status: 'issued';
  readonly certificateArn: string;
  readonly serialHex: string;
  /**
   * The certificate, sealed with the connector's key (policy/sealed-certificate.ts), so that write
   * access to the table cannot replace it.
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
  /** A certificate that was issued anyway. It waits for its revocation, or is revoked. */
  readonly serialHex?: string;
  /** When that certificate was revoked. */
  readonly revokedAtSeconds?: number;
  /**
   * After `CertificateLost` the search continues for a day. Until then the Grant is kept to
   * recognise the certificate.
   */
  readonly search?: Search;
  readonly sealedGrant?: Uint8Array;
}

/** A search for a certificate that the CA may have issued. */
export interface Search {
  /** When IssueCertificate was first called. */
  readonly askedAtSeconds: number;
  /** The end of the period that was searched without a result; omitted before the first search. */
  readonly searchedAtSeconds?: number;
  /** ARNs of certificates that may be this attempt's; Certify checks their keys. */
  readonly candidates?: readonly string[];
}

/** The calls to the CA for one attempt. Only Certify's role writes it. */
export interface AttemptProgress extends Attempt {
  /** When this attempt may call IssueCertificate. */
  readonly turnAtMilliseconds: number;
  /**
   * The mark: when IssueCertificate was first called and may have reached the CA; omitted before.
   */
  readonly askedAtSeconds?: number;
  /** Calls of IssueCertificate since the mark. */
  readonly tries: number;
  readonly certificateArn?: string;
  /** The reason why the certificate is never handed out; the first reason is kept. */
  readonly withheldFor?: RefusalCode;
}

/**
 * The stored facts about a request, read before any decision. It is not a snapshot: each part is
 * consistent by itself.
 */
export interface Known {
  readonly row?: EnrolmentRow;
  readonly progress?: AttemptProgress;
  readonly challenge?: ChallengeRecord;
  /** When the next turn at the CA is, in epoch milliseconds; in the past if there is no queue. */
  readonly nextTurnAtMilliseconds: number;
}

/** A granted attempt, and the conditions of its write. */
export interface Claim {
  readonly row: EnrolmentRow & { readonly state: GrantedState };
  /** The settled attempt that precedes it, which keeps its own row. */
  readonly previous?: EnrolmentRow;
  /** The key of a challenge with counted uses; omitted for any other authority. */
  readonly countedChallenge?: string;
  readonly nowSeconds: number;
}

/** Why a counted challenge was refused. */
export type ChallengeState = 'unknown' | 'expired' | 'revoked' | 'used';

/** The result of a claim. */
export type ClaimResult =
  | 'claimed'
  /**
   * A row of this attempt or a later one exists, or the previous one has changed since it was read.
   */
  | { readonly existing: EnrolmentRow }
  | { readonly refused: ChallengeState };

/**
 * The scep function's reads and writes. A call with an undecided result throws, so that the device
 * receives 503.
 */
export interface EnrolmentStore {
  /** Reads all stored facts in one call; throws unless every part was read. */
  readKnown(keys: { readonly enrolmentId: string; readonly challengeKey?: string }): Promise<Known>;
  /** Writes the row and takes one use of its challenge, both or neither. */
  claim(claim: Claim): Promise<ClaimResult>;
  /** Points a transactionID to an enrolment; the latest one is kept. */
  bindTransaction(transactionKey: string, enrolmentId: string): Promise<void>;
  findTransaction(transactionKey: string): Promise<string | undefined>;
}

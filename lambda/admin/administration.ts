/**
 * The port of the admin operations. The admin API, the console panel, the scheduled rotation and
 * the mscep_admin page share them.
 */
import type { FailInfo, RefusalCode } from '../core/errors.ts';
import type { ChallengeConstraints } from '../names/challenge-limits.ts';
import type { PasswordForm } from '../policy/challenge.ts';

export type { ChallengeConstraints };

/** The terms of a new challenge. */
export interface ChallengeTerms {
  readonly name?: string;
  readonly expiresAtSeconds?: number;
  readonly maxUses?: number;
  readonly constraints?: ChallengeConstraints;
  readonly tags?: Readonly<Record<string, string>>;
  /** A repeated token returns the same challenge for five minutes. */
  readonly clientToken?: string;
  /** The encoding of the password; base32 by default. */
  readonly passwordForm?: PasswordForm;
}

/** A challenge without its password. */
export interface ChallengeView {
  readonly challengeArn: string;
  readonly challengeId: string;
  readonly connectorArn: string;
  readonly connectorId: string;
  readonly createdAtSeconds: number;
  readonly updatedAtSeconds: number;
  readonly name?: string;
  readonly expiresAtSeconds?: number;
  readonly maxUses?: number;
  readonly usesLeft?: number;
  readonly constraints?: ChallengeConstraints;
  readonly tags?: Readonly<Record<string, string>>;
}

/** A declared connector. */
export interface ConnectorView {
  readonly connectorArn: string;
  readonly connectorId: string;
  readonly scepUrl: string;
  readonly certificateAuthorityArn: string;
  readonly type: 'GENERAL_PURPOSE' | 'INTUNE';
}

/** The outcome of one request, or of several that were refused before they were opened. */
export interface EnrolmentView {
  readonly atSeconds: number;
  readonly outcome: 'issued' | 'refused';
  readonly code?: RefusalCode;
  readonly failInfo?: FailInfo;
  /** In the form of RFC 4514. The device wrote this text, so escape it. */
  readonly subject?: string;
  readonly serialHex?: string;
  readonly challengeId?: string;
  readonly enrolmentId?: string;
  readonly transactionId?: string;
  /** The refused algorithm, messageType or kind of key. */
  readonly refused?: string;
  /** The number of refusals within an hour; omitted for one request that was opened. */
  readonly count?: number;
  /** Distinguishes the sources of counted refusals. It is not an address. */
  readonly source?: string;
}

/** A new challenge, with its password. */
export interface NewChallenge {
  readonly challenge: ChallengeView;
  readonly password: string;
}

/**
 * The admin operations. `who` identifies the caller in the audit. A refused operation throws
 * `AdminFault`; any other error is an outage.
 */
export interface Administration {
  listConnectors(): readonly ConnectorView[];
  /** Returns a page, the newest challenge first. `next` is the `after` of the next page. */
  listChallenges(
    connectorId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<{ readonly challenges: readonly ChallengeView[]; readonly next?: string }>;
  getChallenge(connectorId: string, challengeId: string): Promise<ChallengeView>;
  createChallenge(connectorId: string, terms: ChallengeTerms, who: string): Promise<NewChallenge>;
  readPassword(connectorId: string, challengeId: string, who: string): Promise<string>;
  /** Creates a challenge with the same terms. The old one stays valid for the overlap. */
  rotateChallenge(
    connectorId: string,
    challengeId: string,
    terms: { readonly overlapSeconds: number; readonly clientToken?: string },
    who: string,
  ): Promise<NewChallenge>;
  /** Revokes a challenge from now on. Idempotent. */
  revokeChallenge(connectorId: string, challengeId: string, who: string): Promise<void>;
  /** Returns a page, the newest outcome first. `next` is the `before` of the next page. */
  listEnrolments(
    connectorId: string,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<{ readonly enrolments: readonly EnrolmentView[]; readonly next?: string }>;
}

/**
 * The admin operations, shared by the admin API, the console panel, a schedule and an MDM's page.
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
  /** The same token within five minutes is the same challenge. */
  readonly clientToken?: string;
  /** How the password is written; base32 by default. */
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

export interface ConnectorView {
  readonly connectorArn: string;
  readonly connectorId: string;
  readonly scepUrl: string;
  readonly certificateAuthorityArn: string;
  readonly type: 'GENERAL_PURPOSE' | 'INTUNE';
}

/** How one request ended. */
export interface EnrolmentView {
  readonly atSeconds: number;
  readonly outcome: 'issued' | 'refused';
  readonly code?: RefusalCode;
  readonly failInfo?: FailInfo;
  /** In RFC 4514's form. It is a stranger's text, so escape it. */
  readonly subject?: string;
  readonly serialHex?: string;
  readonly challengeId?: string;
  readonly enrolmentId?: string;
  readonly transactionId?: string;
  /** What was refused: an algorithm, a messageType, a kind of key. */
  readonly refused?: string;
  /** How many refusals of an hour this stands for; omitted for one request that was opened. */
  readonly count?: number;
  /** Tells the sources of counted refusals apart; it is not an address. */
  readonly source?: string;
}

/** A challenge that was just made, with its password. */
export interface NewChallenge {
  readonly challenge: ChallengeView;
  readonly password: string;
}

/**
 * `who` is the caller's ARN, for the audit. Throws `AdminFault` for a refused operation; any other
 * error is an outage.
 */
export interface Administration {
  connectors(): readonly ConnectorView[];
  challenges(
    connectorId: string,
    page: { readonly limit: number; readonly after?: string },
  ): Promise<{ readonly challenges: readonly ChallengeView[]; readonly next?: string }>;
  challenge(connectorId: string, challengeId: string): Promise<ChallengeView>;
  create(connectorId: string, terms: ChallengeTerms, who: string): Promise<NewChallenge>;
  password(connectorId: string, challengeId: string, who: string): Promise<string>;
  /** A new challenge with the same terms; the old one is good for the overlap, then expires. */
  rotate(
    connectorId: string,
    challengeId: string,
    terms: { readonly overlapSeconds: number; readonly clientToken?: string },
    who: string,
  ): Promise<NewChallenge>;
  /** Refused from now on; nothing happens if it was revoked before. */
  revoke(connectorId: string, challengeId: string, who: string): Promise<void>;
  enrolments(
    connectorId: string,
    page: { readonly limit: number; readonly before?: string },
  ): Promise<{ readonly enrolments: readonly EnrolmentView[]; readonly next?: string }>;
}

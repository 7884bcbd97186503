/** Challenges, their tags, and the client tokens that made them. */
import type { ChallengeConstraints } from '../names/challenge-limits.ts';

/**
 * A challenge as it is stored under `id`, which reveals nothing about the password
 * (policy/challenge.ts).
 */
export interface ChallengeRecord {
  readonly id: string;
  readonly connectorId: string;
  /** Names the challenge in the admin API and in audit events; not secret. */
  readonly challengeId: string;
  readonly name?: string;
  /** The password, encrypted under the connector's key. */
  readonly sealedPassword: Uint8Array;
  readonly createdAtSeconds: number;
  /** When its terms or tags last changed; omitted if they never did. */
  readonly updatedAtSeconds?: number;
  /** It is refused from this moment on; omitted if it does not expire. */
  readonly expiresAtSeconds?: number;
  /** It is refused from this moment on; omitted if it is not revoked. */
  readonly revokedAtSeconds?: number;
  /** Omitted if its uses are not limited. */
  readonly maxUses?: number;
  readonly usesLeft?: number;
  /**
   * The names that it allows within the profile; omitted if it allows all of them. They never
   * change.
   */
  readonly constraints?: ChallengeConstraints;
  readonly tags?: Readonly<Record<string, string>>;
  /** The challenge that replaced it in a rotation. It is rotated at most once. */
  readonly replacedBy?: string;
}

/** A challenge as lists show it, without its password. */
export type ChallengeSummary = Omit<ChallengeRecord, 'sealedPassword'>;

/** The last position of a page of a connector's challenges. */
export interface ChallengePosition {
  readonly createdAtSeconds: number;
  readonly id: string;
}

/**
 * The operations of admins on challenges. A revoked challenge is found by its id, but not in lists.
 */
export interface ChallengeRegister {
  /** Stores a new challenge; throws if its id exists. */
  create(record: ChallengeRecord): Promise<void>;
  find(id: string): Promise<ChallengeRecord | undefined>;
  /**
   * A connector's challenges, the newest first. A page may be shorter than its limit and still have
   * a next one.
   */
  list(
    connectorId: string,
    page: { readonly limit: number; readonly after?: ChallengePosition },
  ): Promise<{
    readonly challenges: readonly ChallengeSummary[];
    readonly next?: ChallengePosition;
  }>;
  /** Revokes a challenge; false if it does not exist or is already revoked. */
  revoke(id: string, nowSeconds: number): Promise<boolean>;
  /**
   * Sets the expiry of a challenge that another one replaces; false if it is missing, revoked or
   * replaced by a third.
   */
  replace(
    id: string,
    by: { readonly challengeId: string; readonly expiresAtSeconds: number },
    nowSeconds: number,
  ): Promise<boolean>;
}

/** Tags of everything with an id in the challenges table: challenges and connectors. */
export interface TagStore {
  of(id: string): Promise<Readonly<Record<string, string>>>;
  /**
   * Sets some tags and removes others, in one write. Creates the item of a connector. Returns false
   * if the challenge is missing, or if the condition `room` does not hold.
   */
  change(id: string, change: TagChange, nowSeconds: number): Promise<boolean>;
}

/** Which tags to set and which to remove. */
export interface TagChange {
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
  /** The condition of the write, so that concurrent changes cannot exceed a limit together. */
  readonly room?: TagRoom;
}

/** The condition that leaves room for new tags. */
interface TagRoom {
  /** The keys of `set` that must exist already. */
  readonly keysThere: readonly string[];
  /** The most tags that may exist before the change. */
  readonly maxTagsBefore: number;
}

/** A client token that was used, its request, and the password that was created for it. */
export interface UsedToken {
  readonly id: string;
  /** Keyed digest of the whole request. */
  readonly requestDigest: string;
  readonly sealedPassword: Uint8Array;
  readonly madeAtSeconds: number;
}

/** The client tokens of the last minutes. */
export interface UsedTokens {
  /**
   * Stores this token and returns it. If a token with the same id was created after
   * `staleSeconds`, it returns that one.
   */
  keep(token: UsedToken, staleSeconds: number): Promise<UsedToken>;
}

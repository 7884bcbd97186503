/** Makes a challenge and stores it, sealed. */
import {
  deriveChallengeKey,
  makePassword,
  readChallengeId,
  sealPassword,
} from '../../policy/challenge.ts';
import type { AdminKeys } from '../../policy/connector-key.ts';
import type { ChallengeRecord, ChallengeRegister } from '../../ports/challenges.ts';
import type { Random } from '../../ports/system.ts';
import type { ChallengeTerms } from '../administration.ts';

export type { ChallengeTerms };

/** The dependencies of `createChallenge`. */
export interface CreateContext {
  readonly connectorId: string;
  readonly keys: AdminKeys;
  readonly challenges: Pick<ChallengeRegister, 'create' | 'find'>;
  readonly nowSeconds: number;
  readonly random: Random;
  /** A password that was made for the same request before; absent: a new one. */
  readonly password?: string;
}

/** A challenge as it is stored, and its password, which is returned only here. */
export interface CreatedChallenge {
  readonly record: ChallengeRecord;
  readonly password: string;
}

/**
 * Stores a new challenge. With a password that was made before, it returns the challenge of that
 * password as it is now.
 */
export async function createChallenge(
  { name, expiresAtSeconds, maxUses, constraints, tags, passwordForm }: ChallengeTerms,
  context: CreateContext,
): Promise<CreatedChallenge> {
  const { connectorId, keys, challenges, nowSeconds, random } = context;
  const password = context.password ?? makePassword(random, passwordForm);
  const id = deriveChallengeKey(connectorId, password, keys);
  const kept = context.password === undefined ? undefined : await challenges.find(id);
  if (kept !== undefined) return { record: kept, password };
  const record: ChallengeRecord = {
    id,
    connectorId,
    challengeId: readChallengeId(id),
    sealedPassword: sealPassword(id, password, keys, random),
    createdAtSeconds: nowSeconds,
    ...(name !== undefined && { name }),
    ...(expiresAtSeconds !== undefined && { expiresAtSeconds }),
    ...(maxUses !== undefined && { maxUses, usesLeft: maxUses }),
    ...(constraints !== undefined && { constraints }),
    ...(tags !== undefined && { tags }),
  };
  try {
    await challenges.create(record);
  } catch (error) {
    // The same request at the same time was faster. Without such a challenge the error is an
    // outage.
    const theirs = context.password === undefined ? undefined : await challenges.find(id);
    if (theirs === undefined) throw error;
    return { record: theirs, password };
  }
  return { record, password };
}

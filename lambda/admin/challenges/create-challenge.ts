/** Creates a challenge and stores it with its sealed password. */
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

/** The dependencies of `createChallenge`. */
export interface CreateContext {
  readonly connectorId: string;
  readonly keys: AdminKeys;
  readonly challenges: Pick<ChallengeRegister, 'create' | 'find'>;
  readonly nowSeconds: number;
  readonly random: Random;
  /** The password that an earlier attempt of the same request made; random if omitted. */
  readonly password?: string;
}

/** A stored challenge, and its password in plain text. */
export interface CreatedChallenge {
  readonly record: ChallengeRecord;
  readonly password: string;
}

/**
 * Stores a new challenge. If an earlier attempt has stored one for `context.password`, returns that
 * challenge in its present state. Any error is an outage.
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
    // A concurrent copy of the request may have stored the challenge first.
    const concurrent = context.password === undefined ? undefined : await challenges.find(id);
    if (concurrent === undefined) throw error;
    return { record: concurrent, password };
  }
  return { record, password };
}

/** Makes a challenge and keeps it, sealed. */
import { challengeIdIn, challengeKeyOf, makePassword, sealPassword } from '../policy/challenge.ts';
import type { ConnectorKeys } from '../policy/connector-key.ts';
import type { ChallengeRecord, Challenges, Random } from '../ports.ts';
import type { ChallengeTerms } from './administration.ts';

export type { ChallengeTerms };

/** What creating needs. */
export interface CreateContext {
  readonly connectorId: string;
  readonly keys: ConnectorKeys;
  readonly challenges: Pick<Challenges, 'create' | 'find'>;
  readonly nowSeconds: number;
  readonly random: Random;
  /** One that was made before, for the same request; absent: a new one. */
  readonly password?: string;
}

/** A challenge as it is kept, and its password, which is nowhere else. */
export interface CreatedChallenge {
  readonly record: ChallengeRecord;
  readonly password: string;
}

/** Keeps a new challenge. With a password that was made before, the challenge of that password, as it is now. */
export async function createChallenge(
  { name, expiresAtSeconds, maxUses, constraints, tags }: ChallengeTerms,
  context: CreateContext,
): Promise<CreatedChallenge> {
  const { connectorId, keys, challenges, nowSeconds, random } = context;
  const password = context.password ?? makePassword(random);
  const id = challengeKeyOf(connectorId, password, keys);
  const kept = context.password === undefined ? undefined : await challenges.find(id);
  if (kept !== undefined) return { record: kept, password };
  const record: ChallengeRecord = {
    id,
    connectorId,
    challengeId: challengeIdIn(id),
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
    // The same request at the same time was faster; without one the error is an outage.
    const theirs = context.password === undefined ? undefined : await challenges.find(id);
    if (theirs === undefined) throw error;
    return { record: theirs, password };
  }
  return { record, password };
}

/**
 * Rotation in one operation: a new challenge with the same terms, and the old one valid for an
 * overlap.
 */
import { toChallengeArn } from '../../core/arns.ts';
import type { ChallengeRecord } from '../../ports/challenges.ts';
import type { InConnector } from '../administer.ts';
import type { ChallengeTerms } from '../administration.ts';
import { createConflictFault, createValidationFault } from '../api/fault.ts';
import { checkClientToken } from './challenge-terms.ts';
import { requireChallenge } from './challenges.ts';
import type { CreatedChallenge } from './create-challenge.ts';
import { createOnce } from './make-challenge.ts';

/** Longer, and it is no overlap but two challenges. */
const maxOverlapSeconds = 90 * 86_400;

/** What to rotate, and how. */
export interface Rotation {
  readonly challengeId: string;
  readonly overlapSeconds: number;
  readonly clientToken?: string;
  readonly who: string;
}

/**
 * The new challenge is made first. After a crash its unknown password is harmless, but an old
 * challenge that ends without a successor would stop a fleet. A challenge has one successor. Of two
 * rotations at once, or a rotation and a revocation, the later one is undone and refused.
 */
export async function rotateChallenge(
  context: InConnector,
  rotation: Rotation,
): Promise<CreatedChallenge> {
  const { challengeId, overlapSeconds, clientToken, who } = rotation;
  checkOverlap(overlapSeconds);
  checkClientToken(clientToken);
  const old = await requireChallenge(context, challengeId);
  if (old.replacedBy !== undefined && clientToken === undefined)
    throw rotatedBefore(context, old.challengeId);
  const request = { operation: 'RotateChallenge', challengeId, overlapSeconds };
  const nowSeconds = context.nowSeconds();
  const terms = successorTerms(old, nowSeconds);
  const created = await createOnce(context, terms, { clientToken, request });
  const end = nowSeconds + overlapSeconds;
  const by = {
    challengeId: created.record.challengeId,
    expiresAtSeconds: Math.min(old.expiresAtSeconds ?? end, end),
  };
  if (!(await context.challenges.replace(old.id, by, nowSeconds)))
    return await undo(context, created, challengeId);
  const { connectorId } = context;
  const replaced = { challengeId: by.challengeId, replacedChallengeId: challengeId };
  await context.audit({ action: 'Rotated', connectorId, ...replaced, principal: who });
  return created;
}

function checkOverlap(seconds: number): void {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > maxOverlapSeconds)
    throw createValidationFault(`OverlapSeconds: 0 to ${maxOverlapSeconds}`);
}

/** As long a life from now on, and all the uses. */
function successorTerms(old: ChallengeRecord, nowSeconds: number): ChallengeTerms {
  const { name, expiresAtSeconds, createdAtSeconds, maxUses, constraints, tags } = old;
  const life = expiresAtSeconds === undefined ? undefined : expiresAtSeconds - createdAtSeconds;
  return {
    name,
    expiresAtSeconds: life === undefined ? undefined : nowSeconds + life,
    maxUses,
    constraints,
    tags,
  };
}

async function undo(
  context: InConnector,
  { record }: CreatedChallenge,
  challengeId: string,
): Promise<never> {
  await context.challenges.revoke(record.id, context.nowSeconds());
  // Throws if it was revoked in between; else another rotation was faster.
  await requireChallenge(context, challengeId);
  throw rotatedBefore(context, challengeId);
}

const rotatedBefore = ({ arnPrefix, connectorId }: InConnector, challengeId: string) =>
  createConflictFault(
    'Challenge',
    toChallengeArn(arnPrefix, connectorId, challengeId),
    'it was rotated before: rotate the challenge that took its place',
  );

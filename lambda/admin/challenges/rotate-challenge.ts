/** Replaces a challenge by a new one with the same terms. The old one expires after an overlap. */
import { toChallengeArn } from '../../core/arns.ts';
import type { ChallengeRecord } from '../../ports/challenges.ts';
import type { ChallengeTerms } from '../administration.ts';
import { createConflictFault, createValidationFault } from '../api/fault.ts';
import type { ConnectorContext } from '../connector-context.ts';
import { checkClientToken } from './challenge-terms.ts';
import { requireChallenge } from './challenges.ts';
import type { CreatedChallenge } from './create-challenge.ts';
import { createOnce } from './make-challenge.ts';

/** An admin who needs both passwords for longer creates a second challenge. */
const maxOverlapSeconds = 90 * 86_400;

/** The challenge to rotate, and the terms of the rotation. */
export interface Rotation {
  readonly challengeId: string;
  readonly overlapSeconds: number;
  readonly clientToken?: string;
  readonly who: string;
}

/**
 * Rotates a challenge once. It creates the new challenge first, because an old challenge that
 * expires without a successor would stop a fleet. After a crash, the new password is unknown and
 * therefore harmless. If another rotation or a revocation happens at the same time, the later
 * rotation is undone. Throws `ConflictException` for a challenge that has a successor,
 * `ResourceNotFoundException` for a revoked one and `ValidationException` for an invalid overlap.
 */
export async function rotateChallenge(
  context: ConnectorContext,
  rotation: Rotation,
): Promise<CreatedChallenge> {
  const { challengeId, overlapSeconds, clientToken, who } = rotation;
  checkOverlap(overlapSeconds);
  checkClientToken(clientToken);
  const old = await requireChallenge(context, challengeId);
  if (old.replacedBy !== undefined && clientToken === undefined)
    throw createRotatedFault(context, old.challengeId);
  const request = { operation: 'RotateChallenge', challengeId, overlapSeconds };
  const nowSeconds = context.nowSeconds();
  const terms = copyTerms(old, nowSeconds);
  const created = await createOnce(context, terms, { clientToken, request });
  const overlapEndSeconds = nowSeconds + overlapSeconds;
  const successor = {
    challengeId: created.record.challengeId,
    expiresAtSeconds: Math.min(old.expiresAtSeconds ?? overlapEndSeconds, overlapEndSeconds),
  };
  if (!(await context.challenges.replace(old.id, successor, nowSeconds)))
    return await undoRotation(context, created, challengeId);
  const { connectorId } = context;
  const replaced = { challengeId: successor.challengeId, replacedChallengeId: challengeId };
  await context.audit({ action: 'Rotated', connectorId, ...replaced, principal: who });
  return created;
}

function checkOverlap(seconds: number): void {
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > maxOverlapSeconds)
    throw createValidationFault(
      `OverlapSeconds must be a whole number from 0 to ${maxOverlapSeconds}`,
    );
}

/** The terms of the old challenge, with its full lifetime from now on and all its uses. */
function copyTerms(old: ChallengeRecord, nowSeconds: number): ChallengeTerms {
  const { name, expiresAtSeconds, createdAtSeconds, maxUses, constraints, tags } = old;
  return {
    name,
    expiresAtSeconds:
      expiresAtSeconds === undefined ? undefined : nowSeconds + expiresAtSeconds - createdAtSeconds,
    maxUses,
    constraints,
    tags,
  };
}

async function undoRotation(
  context: ConnectorContext,
  { record }: CreatedChallenge,
  challengeId: string,
): Promise<never> {
  await context.challenges.revoke(record.id, context.nowSeconds());
  // This throws if the old challenge was revoked meanwhile. Otherwise it was rotated meanwhile.
  await requireChallenge(context, challengeId);
  throw createRotatedFault(context, challengeId);
}

const createRotatedFault = ({ arnPrefix, connectorId }: ConnectorContext, challengeId: string) =>
  createConflictFault(
    'Challenge',
    toChallengeArn(arnPrefix, connectorId, challengeId),
    'The challenge has already been rotated; rotate its successor instead',
  );

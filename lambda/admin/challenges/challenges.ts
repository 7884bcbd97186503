/** Lists, reads and revokes the challenges of one connector. */
import { toChallengeArn } from '../../core/arns.ts';
import { formatChallengeKey, openPassword } from '../../policy/challenge.ts';
import type { ChallengePosition, ChallengeRecord } from '../../ports/challenges.ts';
import type { ChallengeView } from '../administration.ts';
import { type AdminFault, createNotFoundFault, createValidationFault } from '../api/fault.ts';
import type { ConnectorContext } from '../connector-context.ts';
import { toChallengeView } from '../to-views.ts';

const createChallengeNotFound = (
  { arnPrefix, connectorId }: ConnectorContext,
  challengeId: string,
): AdminFault =>
  createNotFoundFault('Challenge', toChallengeArn(arnPrefix, connectorId, challengeId));

/**
 * Reads a challenge, also an expired or used-up one. Throws `ResourceNotFoundException` for an
 * unknown or revoked challenge.
 */
export async function requireChallenge(
  context: ConnectorContext,
  challengeId: string,
): Promise<ChallengeRecord> {
  const found = await context.challenges.find(formatChallengeKey(context.connectorId, challengeId));
  if (found === undefined || found.revokedAtSeconds !== undefined)
    throw createChallengeNotFound(context, challengeId);
  return found;
}

/**
 * Returns one page, the newest challenge first. `next` is the `after` of the next page and is not
 * secret. Throws `ValidationException` for an `after` that no page returned.
 */
export async function listChallenges(
  context: ConnectorContext,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<{ readonly challenges: readonly ChallengeView[]; readonly next?: string }> {
  const { connectorId, arnPrefix } = context;
  const position = after === undefined ? undefined : parsePosition(connectorId, after);
  const page = await context.challenges.list(connectorId, { limit, after: position });
  return {
    challenges: page.challenges.map((summary) => toChallengeView(summary, arnPrefix)),
    ...(page.next && { next: `${page.next.createdAtSeconds}#${page.next.id.split('#').at(-1)}` }),
  };
}

function parsePosition(connectorId: string, after: string): ChallengePosition {
  const [, seconds, challengeId] = /^(\d{1,12})#([0-9a-f-]{1,64})$/.exec(after) ?? [];
  if (seconds === undefined || challengeId === undefined)
    throw createValidationFault('after must be a position from an earlier page');
  return { createdAtSeconds: Number(seconds), id: formatChallengeKey(connectorId, challengeId) };
}

/** Returns the password, after the audit has recorded the access. */
export async function readPassword(
  context: ConnectorContext,
  challengeId: string,
  who: string,
): Promise<string> {
  const { id, sealedPassword } = await requireChallenge(context, challengeId);
  const password = openPassword(id, sealedPassword, await context.keys());
  const { connectorId } = context;
  await context.audit({ action: 'Password Read', connectorId, challengeId, principal: who });
  return password;
}

/**
 * Revokes a challenge and records it once. Idempotent. A device that has already claimed the
 * challenge still gets its certificate. Throws `ResourceNotFoundException` for an unknown
 * challenge.
 */
export async function revokeChallenge(
  context: ConnectorContext,
  challengeId: string,
  who: string,
): Promise<void> {
  const { connectorId, challenges, nowSeconds } = context;
  const id = formatChallengeKey(connectorId, challengeId);
  if (await challenges.revoke(id, nowSeconds())) {
    await context.audit({ action: 'Revoked', connectorId, challengeId, principal: who });
    return;
  }
  if ((await challenges.find(id)) === undefined)
    throw createChallengeNotFound(context, challengeId);
}

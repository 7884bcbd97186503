/** Challenges of one connector: listed, read and revoked. */
import { toChallengeArn } from '../../core/arns.ts';
import { formatChallengeKey, openPassword } from '../../policy/challenge.ts';
import type { ChallengePosition, ChallengeRecord } from '../../ports/challenges.ts';
import type { InConnector } from '../administer.ts';
import type { ChallengeView } from '../administration.ts';
import { type AdminFault, createNotFoundFault, createValidationFault } from '../api/fault.ts';
import { toChallengeView } from '../views.ts';

/** That there is no such challenge in this connector. */
const noSuchChallenge = (
  { arnPrefix, connectorId }: InConnector,
  challengeId: string,
): AdminFault =>
  createNotFoundFault('Challenge', toChallengeArn(arnPrefix, connectorId, challengeId));

/** A challenge that was not revoked; it may have expired or be used up. */
export async function requireChallenge(
  context: InConnector,
  challengeId: string,
): Promise<ChallengeRecord> {
  const found = await context.challenges.find(formatChallengeKey(context.connectorId, challengeId));
  if (found === undefined || found.revokedAtSeconds !== undefined)
    throw noSuchChallenge(context, challengeId);
  return found;
}

/** One page, the newest first. `next` is a position for `after`, and nothing secret. */
export async function listChallenges(
  context: InConnector,
  { limit, after }: { readonly limit: number; readonly after?: string },
): Promise<{ readonly challenges: readonly ChallengeView[]; readonly next?: string }> {
  const { connectorId, arnPrefix } = context;
  const position = after === undefined ? undefined : positionOf(connectorId, after);
  const page = await context.challenges.list(connectorId, { limit, after: position });
  return {
    challenges: page.challenges.map((summary) => toChallengeView(summary, arnPrefix)),
    ...(page.next && { next: `${page.next.createdAtSeconds}#${page.next.id.split('#').at(-1)}` }),
  };
}

function positionOf(connectorId: string, after: string): ChallengePosition {
  const [, seconds, challengeId] = /^(\d{1,12})#([0-9a-f-]{1,64})$/.exec(after) ?? [];
  if (seconds === undefined || challengeId === undefined)
    throw createValidationFault('after: a position that an earlier page gave');
  return { createdAtSeconds: Number(seconds), id: formatChallengeKey(connectorId, challengeId) };
}

/** The password; that it was read is told before it is given. */
export async function readPassword(
  context: InConnector,
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
 * Revokes once. A device that claimed it before gets its certificate; from now on it is refused to
 * everybody else.
 */
export async function revokeChallenge(
  context: InConnector,
  challengeId: string,
  who: string,
): Promise<void> {
  const { connectorId, challenges, nowSeconds } = context;
  const id = formatChallengeKey(connectorId, challengeId);
  if (await challenges.revoke(id, nowSeconds())) {
    await context.audit({ action: 'Revoked', connectorId, challengeId, principal: who });
    return;
  }
  if ((await challenges.find(id)) === undefined) throw noSuchChallenge(context, challengeId);
}

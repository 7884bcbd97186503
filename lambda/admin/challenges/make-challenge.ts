/** CreateChallenge, which returns the same challenge for a repeated client token. */
import type { ChallengeTerms } from '../administration.ts';
import { createConflictFault } from '../api/fault.ts';
import type { ConnectorContext } from '../connector-context.ts';
import { checkTerms } from './challenge-terms.ts';
import { resolvePasswordForToken } from './client-token.ts';
import { type CreatedChallenge, createChallenge } from './create-challenge.ts';

/**
 * Creates a challenge and records the action. Throws `AdminFault` for invalid terms, and for a
 * token that another request used.
 */
export async function makeChallenge(
  context: ConnectorContext,
  terms: ChallengeTerms,
  who: string,
): Promise<CreatedChallenge> {
  checkTerms(terms, context.nowSeconds());
  const { clientToken, ...requested } = terms;
  const created = await createOnce(context, requested, {
    clientToken,
    request: { operation: 'CreateChallenge', ...requested },
  });
  const { connectorId } = context;
  const { challengeId } = created.record;
  await context.audit({ action: 'Created', connectorId, challengeId, principal: who });
  return created;
}

/** Identifies a retry by its client token. */
export interface RetryIdentity {
  readonly clientToken?: string;
  /** The whole request, which a retry must repeat. */
  readonly request: Readonly<Record<string, unknown>>;
}

/**
 * Creates a challenge, at most once per client token. Throws `ConflictException` for a token that
 * another request used, and for one whose challenge is revoked.
 */
export async function createOnce(
  context: ConnectorContext,
  terms: ChallengeTerms,
  { clientToken, request }: RetryIdentity,
): Promise<CreatedChallenge> {
  const { connectorId, connectorArn, challenges, tokens, random } = context;
  const keys = await context.keys();
  const nowSeconds = context.nowSeconds();
  const { passwordForm } = terms;
  const token = { connectorId, connectorArn, keys, tokens, nowSeconds, random, passwordForm };
  const password =
    clientToken === undefined
      ? undefined
      : await resolvePasswordForToken(clientToken, request, token);
  const made = { connectorId, keys, challenges, nowSeconds, random, password };
  const created = await createChallenge(terms, made);
  if (created.record.revokedAtSeconds !== undefined)
    throw createConflictFault(
      'Connector',
      connectorArn,
      'ClientToken: its challenge is revoked; use a new token',
    );
  return created;
}

/** CreateChallenge: a new challenge, or the one that the same token made a moment ago. */
import type { InConnector } from '../administer.ts';
import type { ChallengeTerms } from '../administration.ts';
import { createConflictFault } from '../api/fault.ts';
import { checkTerms } from './challenge-terms.ts';
import { resolvePasswordForToken } from './client-token.ts';
import { type CreatedChallenge, createChallenge } from './create-challenge.ts';

/**
 * Makes the challenge and records the action. Throws `AdminFault` for invalid terms, and for a
 * token of another request.
 */
export async function makeChallenge(
  context: InConnector,
  terms: ChallengeTerms,
  who: string,
): Promise<CreatedChallenge> {
  checkTerms(terms, context.nowSeconds());
  const { clientToken, ...asked } = terms;
  const created = await createOnce(context, asked, {
    clientToken,
    request: { operation: 'CreateChallenge', ...asked },
  });
  const { connectorId } = context;
  const { challengeId } = created.record;
  await context.audit({ action: 'Created', connectorId, challengeId, principal: who });
  return created;
}

/** The token by which a retry is recognised. */
export interface Once {
  readonly clientToken?: string;
  /** The whole request that the token stands for. */
  readonly request: Readonly<Record<string, unknown>>;
}

/**
 * Creates a challenge; with a token, once. Refuses a retry after the challenge was revoked: it
 * cannot be given again.
 */
export async function createOnce(
  context: InConnector,
  terms: ChallengeTerms,
  { clientToken, request }: Once,
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
      'ClientToken: the challenge that was made with it is revoked; use another token',
    );
  return created;
}

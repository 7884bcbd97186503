/**
 * The same token within five minutes is the same challenge (ClientToken of AWS's CreateChallenge).
 */
import {
  makePassword,
  openPassword,
  type PasswordForm,
  sealPassword,
} from '../../policy/challenge.ts';
import { type AdminKeys, computeKeyedDigest } from '../../policy/connector-key.ts';
import type { UsedTokens } from '../../ports/challenges.ts';
import type { Random } from '../../ports/system.ts';
import { createConflictFault } from '../api/fault.ts';

/** The dependencies of `resolvePasswordForToken`. */
export interface TokenContext {
  readonly connectorId: string;
  /** Named in the error. */
  readonly connectorArn: string;
  readonly keys: AdminKeys;
  readonly tokens: UsedTokens;
  readonly nowSeconds: number;
  readonly random: Random;
  readonly passwordForm?: PasswordForm;
}

/** AWS's window. */
const windowSeconds = 300;

/**
 * The password for a request with this token. It is stored, sealed, before the challenge is, so
 * that a crash in between and a retry end with one challenge. Throws `ConflictException` for a
 * token that came with another request.
 */
export async function resolvePasswordForToken(
  clientToken: string,
  request: Readonly<Record<string, unknown>>,
  context: TokenContext,
): Promise<string> {
  const { connectorId, keys, nowSeconds, random, passwordForm } = context;
  const id = `${connectorId}#token#${computeKeyedDigest(keys.lookup, `token ${clientToken}`)}`;
  const requestDigest = computeKeyedDigest(keys.lookup, `request ${canonical(request)}`);
  const sealedPassword = sealPassword(id, makePassword(random, passwordForm), keys, random);
  const token = { id, requestDigest, sealedPassword, madeAtSeconds: nowSeconds };
  const kept = await context.tokens.keep(token, nowSeconds - windowSeconds);
  if (kept.requestDigest !== requestDigest)
    throw createConflictFault(
      'Connector',
      context.connectorArn,
      'ClientToken: it was used for another request within the last five minutes',
    );
  return openPassword(id, kept.sealedPassword, keys);
}

/** JSON with sorted members: two requests that say the same are the same. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [two]) => (one < two ? -1 : 1)))
      : member,
  );

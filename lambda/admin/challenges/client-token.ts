/** Recognises a repeated CreateChallenge by its ClientToken, for five minutes as AWS does. */
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
  /** For the error message. */
  readonly connectorArn: string;
  readonly keys: AdminKeys;
  readonly tokens: UsedTokens;
  readonly nowSeconds: number;
  readonly random: Random;
  readonly passwordForm?: PasswordForm;
}

/** The time for which AWS remembers a token. */
const windowSeconds = 300;

/**
 * Returns the password for a request with this token. The sealed password is stored before the
 * challenge. A retry after a crash in between therefore creates no second challenge. Throws
 * `ConflictException` if another request used the token.
 */
export async function resolvePasswordForToken(
  clientToken: string,
  request: Readonly<Record<string, unknown>>,
  context: TokenContext,
): Promise<string> {
  const { connectorId, keys, nowSeconds, random, passwordForm } = context;
  const id = `${connectorId}#token#${computeKeyedDigest(keys.lookup, `token ${clientToken}`)}`;
  const requestDigest = computeKeyedDigest(keys.lookup, `request ${toCanonicalJson(request)}`);
  const sealedPassword = sealPassword(id, makePassword(random, passwordForm), keys, random);
  const token = { id, requestDigest, sealedPassword, madeAtSeconds: nowSeconds };
  const kept = await context.tokens.keep(token, nowSeconds - windowSeconds);
  if (kept.requestDigest !== requestDigest)
    throw createConflictFault(
      'Connector',
      context.connectorArn,
      'ClientToken: another request used it within the last five minutes; use a new token',
    );
  return openPassword(id, kept.sealedPassword, keys);
}

/** JSON with sorted members, so that equal requests have equal digests. */
const toCanonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [two]) => (one < two ? -1 : 1)))
      : member,
  );

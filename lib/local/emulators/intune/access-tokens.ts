/**
 * Entra ID's access tokens, with the parts that Graph and Intune check: audience, roles and expiry.
 */
import { randomBytes } from 'node:crypto';
import { createODataError, type Request, readHeader } from './reply.ts';

/** A token's audience and expiry. */
interface Token {
  readonly audience: string;
  readonly expiresAtMilliseconds: number;
}

export interface AccessTokens {
  issue(audience: string): { readonly token: string; readonly expiresInSeconds: number };
  /** Throws 401 for a missing, unknown or expired token, or one for another audience. */
  check(request: Request, audiences: readonly string[]): void;
  /** Invalidates every token issued so far. */
  revokeAll(): void;
  /** The number of issued tokens, by audience. */
  readonly issued: ReadonlyMap<string, number>;
}

export const createAccessTokens = (now: () => number, lifetimeSeconds: number): AccessTokens => {
  const tokens = new Map<string, Token>();
  const issued = new Map<string, number>();
  return {
    issued,
    issue: (audience) => {
      const token = `emulated-token.${randomBytes(48).toString('base64url')}`;
      tokens.set(token, { audience, expiresAtMilliseconds: now() + lifetimeSeconds * 1000 });
      issued.set(audience, (issued.get(audience) ?? 0) + 1);
      return { token, expiresInSeconds: lifetimeSeconds };
    },
    check: (request, audiences) => {
      const [, text = ''] = /^Bearer (\S+)$/.exec(readHeader(request, 'authorization')) ?? [];
      const token = tokens.get(text);
      const isGood =
        token !== undefined &&
        audiences.includes(token.audience) &&
        token.expiresAtMilliseconds > now();
      if (!isGood)
        throw createODataError(
          401,
          'InvalidAuthenticationToken',
          'The access token is not valid here.',
        );
    },
    revokeAll: () => tokens.clear(),
  };
};

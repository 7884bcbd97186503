/**
 * Access tokens of Entra ID. Each resource has one, which is cached and renewed early. Concurrent
 * callers share one request.
 */
import {
  allowInsecureRequests,
  clientCredentialsGrantRequest,
  customFetch,
  processClientCredentialsResponse,
} from 'oauth4webapi';
import type { IntuneCloud } from '../config/settings.ts';
import { type Resource, toScope } from './cloud.ts';
import type { Credential } from './credential.ts';
import {
  describeReason,
  isSafeUrl,
  parseJsonObject,
  readRetryAfter,
  runInTime,
  type Transport,
} from './exchange.ts';
import { IntuneUnavailable } from './unavailable.ts';

/** The application, its tenant, and the transport. */
export interface TokenOptions extends Transport {
  readonly cloud: IntuneCloud;
  /** A GUID or a domain name. */
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: Credential;
  readonly nowMilliseconds: () => number;
}

/** The access tokens of one application in one tenant. */
export interface AccessTokens {
  /** A token that is valid for at least half a minute; throws `IntuneUnavailable`. */
  of(resource: Resource): Promise<string>;
  /**
   * Drops a refused token. A token from before an admin's consent stays refused, so only a new one
   * helps. Returns false and keeps the token if it is younger than a minute. A new one would be
   * refused as well, and Entra throttles frequent requests.
   */
  invalidate(resource: Resource, token: string): boolean;
}

/** A cached token. */
interface CachedToken {
  readonly token: string;
  readonly askedAtMilliseconds: number;
  readonly expiresAtMilliseconds: number;
}

/** A token is renewed this long before it expires. */
const earlyMilliseconds = 300_000;

/** If the renewal fails, the token is used until this long before it expires. */
const lastMilliseconds = 30_000;

/** The age at which a refused token is dropped. */
const youngMilliseconds = 60_000;

/**
 * The pause after an outage. Entra throttles for a minute after too many token requests, and counts
 * requests in that minute too.
 */
const readPauseMilliseconds = (outage: unknown): number =>
  outage instanceof IntuneUnavailable ? (outage.retryAfterSeconds ?? 0) * 1000 : 0;

/** Caches the tokens of one application in one tenant. */
export function createAccessTokens(options: TokenOptions): AccessTokens {
  const cached = new Map<Resource, CachedToken>();
  const inFlight = new Map<Resource, Promise<CachedToken>>();
  let pausedUntil = 0;

  const renew = async (resource: Resource): Promise<CachedToken> => {
    const askedAt = options.nowMilliseconds();
    if (askedAt < pausedUntil)
      throw new IntuneUnavailable({ step: 'token', reason: 'throttled', status: 429 });
    try {
      const fresh = await runInTime('token', options, (signal) =>
        requestToken(resource, options, signal),
      );
      cached.set(resource, fresh);
      return fresh;
    } catch (error) {
      pausedUntil = Math.max(pausedUntil, askedAt + readPauseMilliseconds(error));
      throw error;
    }
  };
  const request = (resource: Resource): Promise<CachedToken> => {
    const pending =
      inFlight.get(resource) ?? renew(resource).finally(() => void inFlight.delete(resource));
    inFlight.set(resource, pending);
    return pending;
  };
  return {
    of: async (resource) => {
      const known = cached.get(resource);
      const leftMilliseconds = (known?.expiresAtMilliseconds ?? 0) - options.nowMilliseconds();
      if (known && leftMilliseconds > earlyMilliseconds) return known.token;
      if (!known || leftMilliseconds <= lastMilliseconds) return (await request(resource)).token;
      return (await request(resource).catch(() => known)).token;
    },
    invalidate: (resource, token) => {
      const known = cached.get(resource);
      if (known?.token !== token) return true;
      const isYoung = options.nowMilliseconds() - known.askedAtMilliseconds < youngMilliseconds;
      return !isYoung && cached.delete(resource);
    },
  };
}

async function requestToken(
  resource: Resource,
  options: TokenOptions,
  signal: AbortSignal,
): Promise<CachedToken> {
  const { cloud, tenantId, clientId, credential, nowMilliseconds } = options;
  const issuer = `${cloud.authority}/${encodeURIComponent(tenantId)}/v2.0`;
  const token_endpoint = `${cloud.authority}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
  if (!isSafeUrl(token_endpoint)) throw outage('authority is not https');
  const askedAtMilliseconds = nowMilliseconds();
  const authentication = await credential().catch((error: unknown) => {
    // The error is from our own port (Secrets Manager, STS), and its message may quote a secret.
    const name = error instanceof Error && /^\w{1,60}$/.test(error.name) ? error.name : 'unknown';
    throw outage(`credential: ${name}`);
  });
  const response = await clientCredentialsGrantRequest(
    { issuer, token_endpoint },
    { client_id: clientId },
    authentication,
    { scope: toScope(cloud, resource) },
    {
      [customFetch]: (url, init) => options.fetch(url, init as RequestInit),
      [allowInsecureRequests]: token_endpoint.startsWith('http:'),
      signal,
    },
  ).catch((error: unknown) => {
    throw outage(describeReason(error));
  });
  if (response.status !== 200) throw await describeRefusal(response);
  const { access_token, expires_in } = await processClientCredentialsResponse(
    { issuer, token_endpoint },
    { client_id: clientId },
    response,
  ).catch(() => {
    throw outage('not a token', 200);
  });
  if (expires_in === undefined) throw outage('a token without a lifetime', 200);
  const expiresAtMilliseconds = askedAtMilliseconds + expires_in * 1000;
  return { token: access_token, askedAtMilliseconds, expiresAtMilliseconds };
}

const outage = (reason: string, status?: number): IntuneUnavailable =>
  new IntuneUnavailable({ step: 'token', reason, status });

/**
 * Describes a refused token request by Entra's `error` and AADSTS numbers, which an admin can
 * search for. Entra's description may quote the request, so it is left out.
 */
async function describeRefusal(response: Response): Promise<IntuneUnavailable> {
  const body = parseJsonObject(await response.text().catch(() => '')) ?? {};
  const error = /^[a-z_]{1,40}$/.test(String(body.error)) ? String(body.error) : 'refused';
  const numbers = Array.isArray(body.error_codes) ? body.error_codes : [];
  const known = numbers.filter((number) => Number.isSafeInteger(number)).slice(0, 3);
  const reason = [error, ...known.map((number) => `AADSTS${number}`)].join(' ');
  return new IntuneUnavailable({
    step: 'token',
    reason,
    status: response.status,
    ...readRetryAfter(response),
  });
}

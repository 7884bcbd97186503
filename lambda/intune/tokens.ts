/**
 * Access tokens of Entra ID: one for each resource, cached, renewed early, and requested once
 * however many want it.
 */
import {
  allowInsecureRequests,
  clientCredentialsGrantRequest,
  customFetch,
  processClientCredentialsResponse,
} from 'oauth4webapi';
import type { IntuneCloud } from '../settings.ts';
import { type Resource, scopeOf } from './cloud.ts';
import type { Credential } from './credential.ts';
import {
  inTime,
  isSafeUrl,
  jsonObjectOf,
  reasonOf,
  retryAfterOf,
  type Transport,
} from './exchange.ts';
import { IntuneUnavailable } from './unavailable.ts';

/** Whose tokens, and from where. */
export interface TokenOptions extends Transport {
  readonly cloud: IntuneCloud;
  /** A GUID or a domain name. */
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: Credential;
  readonly nowMilliseconds: () => number;
}

export interface AccessTokens {
  /** A token that is good for another half minute at least; throws `IntuneUnavailable`. */
  of(resource: Resource): Promise<string>;
  /**
   * Drops a token that was refused, as one made before an admin's consent never gets better. False
   * for one that is too young for that to be the reason: another would be refused as well, and
   * Entra throttles frequent requests.
   */
  forget(resource: Resource, token: string): boolean;
}

interface Kept {
  readonly token: string;
  readonly askedAtMilliseconds: number;
  readonly expiresAtMilliseconds: number;
}

/**
 * Renewed this long before it expires; used, where it cannot be renewed, until half a minute
 * before.
 */
const earlyMilliseconds = 300_000;
const lastMilliseconds = 30_000;
const youngMilliseconds = 60_000;

/** Entra throttles for a minute after too many token requests, and counts the tries in between. */
const pauseMilliseconds = (outage: unknown): number =>
  outage instanceof IntuneUnavailable ? (outage.retryAfterSeconds ?? 0) * 1000 : 0;

/** The tokens of one application in one tenant. */
export function accessTokens(options: TokenOptions): AccessTokens {
  const kept = new Map<Resource, Kept>();
  const asking = new Map<Resource, Promise<Kept>>();
  let pausedUntil = 0;

  const renewed = async (resource: Resource): Promise<Kept> => {
    const askedAt = options.nowMilliseconds();
    if (askedAt < pausedUntil)
      throw new IntuneUnavailable({ step: 'token', reason: 'throttled', status: 429 });
    try {
      const fresh = await inTime('token', options, (signal) =>
        requestToken(resource, options, signal),
      );
      kept.set(resource, fresh);
      return fresh;
    } catch (error) {
      pausedUntil = Math.max(pausedUntil, askedAt + pauseMilliseconds(error));
      throw error;
    }
  };
  const ask = (resource: Resource): Promise<Kept> => {
    const under =
      asking.get(resource) ?? renewed(resource).finally(() => void asking.delete(resource));
    asking.set(resource, under);
    return under;
  };
  return {
    of: async (resource) => {
      const known = kept.get(resource);
      const leftMilliseconds = (known?.expiresAtMilliseconds ?? 0) - options.nowMilliseconds();
      if (known && leftMilliseconds > earlyMilliseconds) return known.token;
      if (!known || leftMilliseconds <= lastMilliseconds) return (await ask(resource)).token;
      return (await ask(resource).catch(() => known)).token;
    },
    forget: (resource, token) => {
      const known = kept.get(resource);
      if (known?.token !== token) return true;
      const isYoung = options.nowMilliseconds() - known.askedAtMilliseconds < youngMilliseconds;
      return !isYoung && kept.delete(resource);
    },
  };
}

async function requestToken(
  resource: Resource,
  options: TokenOptions,
  signal: AbortSignal,
): Promise<Kept> {
  const { cloud, tenantId, clientId, credential, nowMilliseconds } = options;
  const issuer = `${cloud.authority}/${encodeURIComponent(tenantId)}/v2.0`;
  const token_endpoint = `${cloud.authority}/${encodeURIComponent(tenantId)}/oauth2/v2.0/token`;
  if (!isSafeUrl(token_endpoint)) throw outage('authority is not https');
  const askedAtMilliseconds = nowMilliseconds();
  const authentication = await credential().catch((error: unknown) => {
    // A port of ours (Secrets Manager, STS): its message may quote what it read.
    const name = error instanceof Error && /^\w{1,60}$/.test(error.name) ? error.name : 'unknown';
    throw outage(`credential: ${name}`);
  });
  const response = await clientCredentialsGrantRequest(
    { issuer, token_endpoint },
    { client_id: clientId },
    authentication,
    { scope: scopeOf(cloud, resource) },
    {
      [customFetch]: (url, init) => options.fetch(url, init as RequestInit),
      [allowInsecureRequests]: token_endpoint.startsWith('http:'),
      signal,
    },
  ).catch((error: unknown) => {
    throw outage(reasonOf(error));
  });
  if (response.status !== 200) throw await refusedToken(response);
  const { access_token, expires_in } = await processClientCredentialsResponse(
    { issuer, token_endpoint },
    { client_id: clientId },
    response,
  ).catch(() => {
    throw outage('not a token', 200);
  });
  if (expires_in === undefined) throw outage('a token without an end', 200);
  const expiresAtMilliseconds = askedAtMilliseconds + expires_in * 1000;
  return { token: access_token, askedAtMilliseconds, expiresAtMilliseconds };
}

const outage = (reason: string, status?: number): IntuneUnavailable =>
  new IntuneUnavailable({ step: 'token', reason, status });

/**
 * Entra's `error` and its AADSTS numbers are what an admin searches for; its description may quote
 * the request.
 */
async function refusedToken(response: Response): Promise<IntuneUnavailable> {
  const body = jsonObjectOf(await response.text().catch(() => '')) ?? {};
  const error = /^[a-z_]{1,40}$/.test(String(body.error)) ? String(body.error) : 'refused';
  const numbers = Array.isArray(body.error_codes) ? body.error_codes : [];
  const known = numbers.filter((number) => Number.isSafeInteger(number)).slice(0, 3);
  const reason = [error, ...known.map((number) => `AADSTS${number}`)].join(' ');
  return new IntuneUnavailable({
    step: 'token',
    reason,
    status: response.status,
    ...retryAfterOf(response),
  });
}

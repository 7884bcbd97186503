/** Implements the ports `Intune` and `IntuneRevocations` with Microsoft's wire protocol. */

import type { IntuneCloud } from '../config/settings.ts';
import type { RemainingMilliseconds } from '../core/deadline.ts';
import type { Intune } from '../ports/intune.ts';
import type { IntuneRevocations } from '../ports/revocations.ts';
import { createIntuneCaller } from './call.ts';
import type { Credential } from './credential.ts';
import { createServiceLocations } from './discovery.ts';
import { createRevocationRequests } from './revocation-requests.ts';
import { type CallerNames, createScepActions } from './scep-actions.ts';
import { createAccessTokens } from './tokens.ts';

/** The tenant, our credential, and the transport. */
export interface IntuneOptions extends CallerNames {
  readonly cloud: IntuneCloud;
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: Credential;
  /**
   * The limit for each request. A first call makes three in a row: for a token, to Graph, and to
   * Intune. In the scep function all three must end within API Gateway's 30 s.
   */
  readonly timeoutMilliseconds?: number;
  /** The rest of the function's time; if omitted, only `timeoutMilliseconds` limits a request. */
  readonly remainingMilliseconds?: RemainingMilliseconds;
  readonly fetch?: typeof fetch;
  readonly nowMilliseconds?: () => number;
}

/** Three of these are 24 s, less than API Gateway's 30 s. */
const defaultTimeoutMilliseconds = 8000;

/**
 * Creates the ports for one tenant. They cache tokens and addresses, so create them once per
 * environment.
 */
export function createIntune(options: IntuneOptions): Intune & IntuneRevocations {
  const { timeoutMilliseconds = defaultTimeoutMilliseconds } = options;
  const { cloud, fetch: send = fetch, nowMilliseconds = Date.now } = options;
  const { remainingMilliseconds = () => Number.POSITIVE_INFINITY } = options;
  const transport = { fetch: send, timeoutMilliseconds, remainingMilliseconds };
  const tokens = createAccessTokens({ ...options, ...transport, nowMilliseconds });
  const locations = createServiceLocations({ ...transport, cloud, tokens });
  const call = createIntuneCaller({ ...transport, tokens, locations, nowMilliseconds });
  return { ...createScepActions(call, options), ...createRevocationRequests(call) };
}

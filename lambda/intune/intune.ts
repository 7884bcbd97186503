/** Microsoft Intune over its wire protocol: what the ports `Intune` and `IntuneRevocations` are outside of tests. */
import type { RemainingMilliseconds } from '../deadline.ts';
import type { Intune, IntuneRevocations } from '../ports.ts';
import type { IntuneCloud } from '../settings.ts';
import { intuneCaller } from './call.ts';
import type { Credential } from './credential.ts';
import { serviceLocations } from './discovery.ts';
import { revocationRequests } from './revocation-requests.ts';
import { type CallerNames, scepActions } from './scep-actions.ts';
import { accessTokens } from './tokens.ts';

/** Which tenant, as whom, and how. */
export interface IntuneOptions extends CallerNames {
  readonly cloud: IntuneCloud;
  readonly tenantId: string;
  readonly clientId: string;
  readonly credential: Credential;
  /**
   * How long each request may take. A first call makes a token's, Graph's and Intune's, one after the other: in the scep
   * function three of them must fit into what API Gateway waits.
   */
  readonly timeoutMilliseconds?: number;
  /** What is left of the function's time; without it only `timeoutMilliseconds` bounds a request. */
  readonly remainingMilliseconds?: RemainingMilliseconds;
  readonly fetch?: typeof fetch;
  readonly nowMilliseconds?: () => number;
}

/** Three of it are 24 s, under API Gateway's 30 s. */
const defaultTimeoutMilliseconds = 8000;

/** The ports for one tenant. Tokens and addresses are kept as long as this is: make it once for each container. */
export function intune(options: IntuneOptions): Intune & IntuneRevocations {
  const { timeoutMilliseconds = defaultTimeoutMilliseconds } = options;
  const { cloud, fetch: send = fetch, nowMilliseconds = Date.now } = options;
  const { remainingMilliseconds = () => Number.POSITIVE_INFINITY } = options;
  const transport = { fetch: send, timeoutMilliseconds, remainingMilliseconds };
  const tokens = accessTokens({ ...options, ...transport, nowMilliseconds });
  const locations = serviceLocations({ ...transport, cloud, tokens });
  const call = intuneCaller({ ...transport, tokens, locations, nowMilliseconds });
  return { ...scepActions(call, options), ...revocationRequests(call) };
}

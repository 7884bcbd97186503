/** One emulated tenant: its state, and the routing of requests to handlers. */
import { randomBytes } from 'node:crypto';
import type { AccessTokens } from './access-tokens.ts';
import { type ExpectedRequest, judgeRequest, makeChallenge } from './challenges.ts';
import type { Fate, Faults, IntuneOperation } from './faults.ts';
import { answerEndpoints, isGraph } from './graph.ts';
import type { Registration } from './registration.ts';
import { createEntraError, createODataError, type Reply, type Request } from './reply.ts';
import type { Revocations } from './revocations.ts';
import { answerScepAction, type ScepAction, type Transaction } from './scep-actions.ts';
import { checkServiceCall, type Json } from './service-request.ts';
import { answerTokenRequest } from './token-endpoint.ts';

/** A received call, without its token, for tests. */
interface Call {
  readonly operation: IntuneOperation;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The parts of a tenant. */
export interface TenantParts {
  readonly registration: Registration;
  readonly tokens: AccessTokens;
  readonly faults: Faults;
  readonly revocations: Revocations;
  readonly transactions: {
    get(id: string): Transaction | undefined;
    set(id: string, transaction: Transaction): void;
  };
  readonly challengeKey: Uint8Array;
  readonly usedIds: Set<string>;
  readonly nowMilliseconds: () => number;
}

/** The state that tests and the control API change. */
export interface TenantState {
  /** The tenant's own part of the services' addresses. */
  base: string;
  /** Services that Graph does not list, because consent or a licence is missing. */
  readonly unlisted: Set<string>;
  readonly goneDevices: Set<string>;
  readonly untargetedDevices: Set<string>;
  readonly oddities: { pages: boolean; duplicates: boolean };
  readonly calls: Call[];
  readonly notifications: { readonly kind: 'success' | 'failure'; readonly notification: Json }[];
}

/** Creates a new address for the services, as Microsoft does when it moves a tenant. */
export const createBase = (): string => `/${randomBytes(6).toString('hex')}/RACerts`;

export const createTenantState = (): TenantState => ({
  base: createBase(),
  unlisted: new Set(),
  goneDevices: new Set(),
  untargetedDevices: new Set(),
  oddities: { pages: false, duplicates: false },
  calls: [],
  notifications: [],
});

const scepPath = '/StatelessScepRequestValidationService/ScepActions/';
const revocationPath = '/StatelessPkiConnectorService/CertificateAuthorityRequests/';
const scepActions = ['validateRequest', 'successNotification', 'failureNotification'] as const;

/** The address of each service, by its name at Graph. */
const listLocations = (origin: string, { base, unlisted }: TenantState) =>
  Object.fromEntries(
    [
      ['ScepRequestValidationFEService', `${origin}${base}/StatelessScepRequestValidationService`],
      // With a slash at its end, which Microsoft's library does not trim, so clients must.
      ['PkiConnectorFEService', `${origin}${base}/StatelessPkiConnectorService/`],
    ].filter(([name = '']) => !unlisted.has(name)),
  );

/** The maximum of recorded calls. */
const maxCalls = 1000;

/** Answers a request to Entra ID, Graph or Intune, after the injected faults. */
export const answerRequest = async (
  request: Request,
  origin: string,
  state: TenantState,
  parts: TenantParts,
): Promise<Fate> => {
  const [operation, answer] = routeRequest(request, origin, state, parts);
  const { authorization: _, ...headers } = request.headers as Record<string, string>;
  // A token request contains a secret or an assertion, so it is not recorded.
  const text = operation === 'token' ? '' : request.text;
  state.calls.push({ operation, headers, text });
  if (state.calls.length > maxCalls) state.calls.shift();
  return await parts.faults.through(operation, answer);
};

type Routed = readonly [IntuneOperation, () => Promise<Reply>];

const routeRequest = (
  request: Request,
  origin: string,
  state: TenantState,
  parts: TenantParts,
): Routed => {
  const { registration, tokens } = parts;
  const { base, oddities } = state;
  if (isGraph(request.path)) {
    const locations = () => listLocations(origin, state);
    const graph = { tokens, origin, locations, oddities: () => oddities };
    return ['discovery', async () => answerEndpoints(request, graph)];
  }
  if (request.path.endsWith('/oauth2/v2.0/token'))
    return ['token', () => answerToken(request, origin, parts, registration.tenantId)];
  const action = scepActions.find((name) => request.path === `${base}${scepPath}${name}`);
  if (action) return [action, async () => answerScep(action, request, state, parts)];
  const call = (['downloadRevocationRequests', 'uploadRevocationResults'] as const).find(
    (name) => request.path === `${base}${revocationPath}${name}`,
  );
  if (call) return [call, async () => answerRevocation(call, request, parts)];
  throw createODataError(404, 'ResourceNotFound', 'No such resource.');
};

const answerToken = async (
  request: Request,
  origin: string,
  parts: TenantParts,
  tenantId: string,
): Promise<Reply> => {
  const path = `/${tenantId}/oauth2/v2.0/token`;
  if (request.path !== path)
    throw createEntraError(400, 'invalid_request', 90002, 'Tenant was not found.');
  return await answerTokenRequest(request, { ...parts, tokenEndpoint: `${origin}${path}` });
};

const answerScep = (
  action: ScepAction,
  request: Request,
  state: TenantState,
  parts: TenantParts,
): Reply => {
  const { registration, tokens, challengeKey, transactions, nowMilliseconds } = parts;
  checkServiceCall(request, '2018-02-20', tokens);
  const { goneDevices, untargetedDevices, notifications } = state;
  const nowSeconds = Math.floor(nowMilliseconds() / 1000);
  const at = { tenantId: registration.tenantId, nowSeconds, goneDevices, untargetedDevices };
  return answerScepAction(action, request.text, {
    transactions,
    verdictOn: (read) => judgeRequest(read, challengeKey, at),
    notified: (kind, notification) => void notifications.push({ kind, notification }),
  });
};

const answerRevocation = (
  call: 'downloadRevocationRequests' | 'uploadRevocationResults',
  request: Request,
  { tokens, revocations }: TenantParts,
): Reply => {
  checkServiceCall(request, '5019-05-05', tokens);
  return call === 'downloadRevocationRequests'
    ? revocations.download(request.text)
    : revocations.upload(request.text);
};

/** Creates a challenge for a device of the tenant. */
export const createChallengeFor = (
  expected: ExpectedRequest,
  { registration, challengeKey, nowMilliseconds }: TenantParts,
): string =>
  makeChallenge(expected, challengeKey, {
    tenantId: registration.tenantId,
    nowSeconds: Math.floor(nowMilliseconds() / 1000),
  });

/**
 * The emulated tenant's control API: acts as an Intune admin and as Microsoft, and injects faults,
 * over HTTP.
 */
import type { ExpectedRequest } from './challenges.ts';
import { type Fault, type IntuneOperation, operations } from './faults.ts';
import { createODataError, type Reply, type Request } from './reply.ts';
import type { QueuedRevocation } from './revocations.ts';
import { createBase, createChallengeFor, type TenantParts, type TenantState } from './tenant.ts';

/** One route: processes a body and returns the answer. */
type Route = (body: Body) => unknown;
type Body = Readonly<Record<string, unknown>>;

/** Answers a control request; refuses other routes than those below. */
export const answerControl = (request: Request, state: TenantState, parts: TenantParts): Reply => {
  const routes = createControlRoutes(state, parts);
  const name = `${request.method} ${request.path}`;
  const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
  if (!route)
    throw createODataError(
      404,
      'NotFound',
      `The control API has: ${Object.keys(routes).join(', ')}`,
    );
  return { status: 200, body: route(parseBody(request.text)) ?? {} };
};

const parseBody = (text: string): Body => {
  try {
    const value: unknown = JSON.parse(text || '{}');
    if (typeof value === 'object' && value !== null) return value as Body;
  } catch {
    // Text that is not JSON and JSON that is not an object are refused alike.
  }
  throw createODataError(400, 'BadRequest', 'The body is not a JSON object.');
};

const createControlRoutes = (
  state: TenantState,
  parts: TenantParts,
): Readonly<Record<string, Route>> => ({
  'POST /challenges': (body) => ({ challenge: createChallengeFor(body as ExpectedRequest, parts) }),
  'POST /faults': ({ operation, fault, times }) => {
    if (!operations.includes(operation as IntuneOperation) || typeof fault !== 'object')
      throw createODataError(400, 'BadRequest', `operation is one of ${operations.join(', ')}`);
    parts.faults.add(operation as IntuneOperation, fault as Fault, Number(times ?? 1));
  },
  'DELETE /faults': () => parts.faults.clear(),
  'POST /revocations': (body) => {
    if (typeof body.serialNumber !== 'string')
      throw createODataError(400, 'BadRequest', 'serialNumber is missing');
    return parts.revocations.add(body as unknown as QueuedRevocation);
  },
  'GET /revocation-results': () => Object.fromEntries(parts.revocations.results),
  'GET /notifications': () => ({ notifications: state.notifications }),
  'GET /call-counts': () => countCalls(state),
  'POST /move': () => {
    state.base = createBase();
  },
  'POST /revoke-tokens': () => parts.tokens.revokeAll(),
  'POST /devices': ({ deviceId, standing }) => {
    state.goneDevices.delete(String(deviceId));
    state.untargetedDevices.delete(String(deviceId));
    if (standing === 'gone') state.goneDevices.add(String(deviceId));
    if (standing === 'untargeted') state.untargetedDevices.add(String(deviceId));
  },
  'POST /services': ({ name, isListed }) => {
    if (isListed === false) state.unlisted.add(String(name));
    else state.unlisted.delete(String(name));
  },
});

/** The number of calls per operation. */
export const countCalls = ({
  calls,
}: Pick<TenantState, 'calls'>): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>();
  for (const { operation } of calls) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return Object.fromEntries(counts);
};

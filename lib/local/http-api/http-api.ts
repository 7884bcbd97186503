/**
 * An HTTP API: throttle, route, invoke the function, respond. Pure except for the invoked function.
 */
import { randomUUID } from 'node:crypto';
import type { InvocationResult, Invoke } from '../functions/invocation.ts';
import type { TokenBucket } from '../token-bucket.ts';
import type { AccessLogEntry } from './access-log.ts';
import { buildEvent, decodePath, formatLogTime } from './event.ts';
import {
  buildGatewayMessage,
  type HttpRequest,
  type HttpResponse,
  refuseTooLarge,
} from './http-request.ts';
import { toResponse } from './response.ts';
import { matchRoute, type Route } from './routes.ts';

/** A deployed API. */
export interface HttpApi {
  readonly apiId: string;
  readonly accountId: string;
  readonly port: number;
  readonly routes: readonly Route<Integration>[];
  readonly throttle: TokenBucket;
  /** The throttles of routes with their own limits, by route key. */
  readonly routeThrottles?: ReadonlyMap<string, TokenBucket>;
  readonly log: (entry: AccessLogEntry) => void;
}

/** A Lambda integration with its timeout, at most 30 s. */
export interface Integration {
  readonly invoke: Invoke;
  readonly timeoutMilliseconds: number;
}

interface Answer {
  readonly response: HttpResponse;
  readonly routeKey?: string;
  readonly integrationError?: string;
}

/** Answers one request and logs it. Never rejects for an error of the function. */
export const handleRequest = async (api: HttpApi, request: HttpRequest): Promise<HttpResponse> => {
  const requestId = randomUUID();
  const at = new Date();
  const answer = await answerRequest(api, request, requestId, at);
  const { response } = answer;
  api.log({
    requestId,
    requestTime: formatLogTime(at),
    sourceIp: request.sourceIp,
    userAgent: findHeader(request, 'user-agent') ?? '-',
    routeKey: answer.routeKey ?? '-',
    method: request.method,
    path: decodePath(request.target) ?? '-',
    protocol: request.protocol,
    status: response.status,
    responseBytes: response.body.length,
    responseMilliseconds: Date.now() - at.getTime(),
    integrationError: answer.integrationError ?? '-',
  });
  return { ...response, headers: [...response.headers, ['apigw-requestid', requestId]] };
};

const answerRequest = async (
  api: HttpApi,
  request: HttpRequest,
  requestId: string,
  at: Date,
): Promise<Answer> => {
  const tooLarge = refuseTooLarge(request);
  if (tooLarge) return { response: tooLarge };
  const path = decodePath(request.target);
  if (path === undefined) return { response: buildGatewayMessage(400, 'Bad Request') };
  const match = matchRoute(api.routes, request.method, path);
  if (!match) return { response: buildGatewayMessage(404, 'Not Found') };
  const routeKey = match.route.key;
  const throttle = api.routeThrottles?.get(routeKey) ?? api.throttle;
  if (!throttle.take())
    return { response: buildGatewayMessage(429, 'Too Many Requests'), routeKey };

  const { accountId, apiId, port } = api;
  const { pathParameters } = match;
  const event = buildEvent(request, path, {
    accountId,
    apiId,
    port,
    routeKey,
    pathParameters,
    requestId,
    at,
  });
  const result = await invokeWithinTimeout(match.route.target, event);
  if (result === 'timeout') {
    const response = buildGatewayMessage(503, 'Service Unavailable');
    return { response, routeKey, integrationError: 'integration timed out' };
  }
  const response = toResponse(result);
  // The error message goes only to the function's own log, since it can contain text from a device.
  return result.ok
    ? { response, routeKey }
    : { response, routeKey, integrationError: result.error.errorType };
};

const invokeWithinTimeout = async (
  { invoke, timeoutMilliseconds }: Integration,
  event: unknown,
): Promise<InvocationResult | 'timeout'> => {
  const { promise, resolve } = Promise.withResolvers<'timeout'>();
  const timer = setTimeout(() => resolve('timeout'), timeoutMilliseconds);
  try {
    return await Promise.race([invoke(event), promise]);
  } finally {
    clearTimeout(timer);
  }
};

const findHeader = ({ rawHeaders }: HttpRequest, name: string): string | undefined => {
  const index = rawHeaders.findIndex((text, at) => at % 2 === 0 && text.toLowerCase() === name);
  return index < 0 ? undefined : rawHeaders[index + 1];
};

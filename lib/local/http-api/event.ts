/** A request as the payload format 2.0 event of an HTTP API's Lambda integration. */
import type { HttpRequest } from './http-request.ts';

/** What an event says besides the request itself. */
export interface EventContext {
  readonly accountId: string;
  readonly apiId: string;
  readonly routeKey: string;
  readonly pathParameters: Readonly<Record<string, string>> | undefined;
  readonly requestId: string;
  readonly port: number;
  readonly at: Date;
}

/**
 * The path as functions and routes see it: decoded, and cut at a `?` that decoding brought out, as
 * the service does. Refuses, by `undefined`, an escape that is none.
 */
export const decodePath = (target: string): string | undefined => {
  const [raw = ''] = target.split('?', 1);
  try {
    return decodeURIComponent(raw).split('?', 1)[0];
  } catch {
    return undefined;
  }
};

/** The query as it came: nothing decoded, `+` kept. */
const rawQuery = (target: string): string => {
  const start = target.indexOf('?');
  return start < 0 ? '' : target.slice(start + 1);
};

/** Builds the event. Members that have nothing to say are absent, as they are in real ones. */
export const buildEvent = (
  request: HttpRequest,
  path: string,
  context: EventContext,
): Readonly<Record<string, unknown>> => {
  const { headers, cookies } = readHeaders(request, context.port);
  const rawQueryString = rawQuery(request.target);
  const hasBody = request.body.length > 0;
  const isBase64Encoded = hasBody && !isText(headers['content-type']);
  return {
    version: '2.0',
    routeKey: context.routeKey,
    rawPath: path,
    rawQueryString,
    ...(cookies.length > 0 ? { cookies } : {}),
    headers,
    ...(rawQueryString ? { queryStringParameters: readQuery(rawQueryString) } : {}),
    requestContext: requestContext(request, path, context, headers),
    ...(context.pathParameters ? { pathParameters: context.pathParameters } : {}),
    ...(hasBody ? { body: request.body.toString(isBase64Encoded ? 'base64' : 'utf8') } : {}),
    isBase64Encoded,
  };
};

const readHeaders = (
  { rawHeaders, sourceIp }: HttpRequest,
  port: number,
): { headers: Readonly<Record<string, string>>; cookies: string[] } => {
  const headers: Record<string, string> = {};
  const cookies: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    const value = rawHeaders[index + 1] ?? '';
    if (name === 'cookie') cookies.push(...value.split(/;\s*/));
    else headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  headers['x-forwarded-for'] = headers['x-forwarded-for']
    ? `${headers['x-forwarded-for']}, ${sourceIp}`
    : sourceIp;
  headers['x-forwarded-port'] = String(port);
  headers['x-forwarded-proto'] = 'http';
  return { headers, cookies };
};

/**
 * Decoded, a plus as a space, duplicates joined by commas; an escape that is none stays as it is.
 */
const readQuery = (rawQueryString: string): Readonly<Record<string, string>> => {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  }
  return parameters;
};

const textTypes = new Set(['application/json', 'application/xml', 'application/javascript']);

/** Only these bodies come as text; every other, and one without a type, comes in base64. */
const isText = (contentType: string | undefined): boolean => {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || textTypes.has(type);
};

const requestContext = (
  request: HttpRequest,
  path: string,
  context: EventContext,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> => {
  // A client of HTTP/1.0 names no host.
  const domainName = headers.host ?? `127.0.0.1:${context.port}`;
  return {
    accountId: context.accountId,
    apiId: context.apiId,
    domainName,
    domainPrefix: domainName.split('.', 1)[0],
    http: {
      method: request.method,
      path,
      protocol: request.protocol,
      sourceIp: request.sourceIp,
      userAgent: headers['user-agent'] ?? '',
    },
    requestId: context.requestId,
    routeKey: context.routeKey,
    stage: '$default',
    time: logTime(context.at),
    timeEpoch: context.at.getTime(),
  };
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** The time of `$context.requestTime`: `23/Nov/2026:16:27:00 +0000`. */
export const logTime = (at: Date): string => {
  const [date = '', time = ''] = at.toISOString().split(/[T.]/);
  const [year, , day] = date.split('-');
  return `${day}/${months[at.getUTCMonth()]}/${year}:${time} +0000`;
};

/** Builds the event of a Lambda integration of an HTTP API (payload format 2.0). */
import type { HttpRequest } from './http-request.ts';

/** The members of an event that do not come from the request. */
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
 * Decodes the path for routes and functions. It is cut at a `?` that decoding reveals, as the
 * service does. Returns undefined for an invalid escape.
 */
export const decodePath = (target: string): string | undefined => {
  const [raw = ''] = target.split('?', 1);
  try {
    return decodeURIComponent(raw).split('?', 1)[0];
  } catch {
    return undefined;
  }
};

/** The query as received, without decoding. */
const readRawQuery = (target: string): string => {
  const start = target.indexOf('?');
  return start < 0 ? '' : target.slice(start + 1);
};

/** Builds the event. Empty members are omitted, as in real events. */
export const buildEvent = (
  request: HttpRequest,
  path: string,
  context: EventContext,
): Readonly<Record<string, unknown>> => {
  const { headers, cookies } = readHeaders(request, context.port);
  const rawQueryString = readRawQuery(request.target);
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
    requestContext: buildRequestContext(request, path, context, headers),
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
 * Decodes the query. A plus becomes a space, duplicates are joined by commas, and an invalid escape
 * is kept.
 */
const readQuery = (rawQueryString: string): Readonly<Record<string, string>> => {
  const parameters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) {
    parameters[name] = parameters[name] === undefined ? value : `${parameters[name]},${value}`;
  }
  return parameters;
};

const textTypes = new Set(['application/json', 'application/xml', 'application/javascript']);

/**
 * Whether a body is passed as text. All other bodies, and those without a type, are passed in
 * base64.
 */
const isText = (contentType: string | undefined): boolean => {
  const type = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return type.startsWith('text/') || textTypes.has(type);
};

const buildRequestContext = (
  request: HttpRequest,
  path: string,
  context: EventContext,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> => {
  // A client of HTTP/1.0 sends no host.
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
    time: formatLogTime(context.at),
    timeEpoch: context.at.getTime(),
  };
};

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Formats a time as `$context.requestTime` does: `23/Nov/2026:16:27:00 +0000`. */
export const formatLogTime = (at: Date): string => {
  const [date = '', time = ''] = at.toISOString().split(/[T.]/);
  const [year, , day] = date.split('-');
  return `${day}/${months[at.getUTCMonth()]}/${year}:${time} +0000`;
};

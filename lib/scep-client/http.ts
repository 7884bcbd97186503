/** Sends SCEP operations over HTTP (RFC 8894 4.1). */
import { ScepClientError } from './errors.ts';

/** A SCEP server. */
export interface ScepServer {
  readonly url: URL;
  /** Tests replace it. */
  readonly fetch?: typeof fetch;
  readonly timeoutMilliseconds?: number;
}

/** API Gateway times out after 30 s. The additional time lets its answer arrive. */
const defaultTimeoutMilliseconds = 35_000;
const maxBodyBytes = 1024 * 1024;
/** Overload and gateway errors are outages. They say nothing about the request. */
const outageStatuses = new Set([429, 500, 502, 503, 504]);

/** Reads a SCEP URL. Throws `badArgument` for anything but an http or https URL. */
export function readScepUrl(text: string): URL {
  const url = URL.parse(text);
  if (url && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new ScepClientError('badArgument', `“${text}” is not an http or https URL.`);
}

/**
 * Sends an operation by GET. A message is base64, percent-encoded (RFC 8894 4.1). Throws
 * `unreachable`, `unavailable` or `unexpectedAnswer`.
 */
export function getOperation(
  server: ScepServer,
  operation: string,
  message?: Uint8Array,
): Promise<HttpAnswer> {
  const url = buildOperationUrl(server, operation);
  if (message) url.searchParams.set('message', Buffer.from(message).toString('base64'));
  return exchange(server, url, { method: 'GET' });
}

/** Sends a pkiMessage by POST (RFC 8894 4.1). Throws what `getOperation` throws. */
export function postPkiOperation(server: ScepServer, message: Uint8Array): Promise<HttpAnswer> {
  return exchange(server, buildOperationUrl(server, 'PKIOperation'), {
    method: 'POST',
    headers: { 'content-type': 'application/x-pki-message' },
    body: Buffer.from(message),
  });
}

/** An answer with status 200. */
export interface HttpAnswer {
  readonly body: Uint8Array;
  /** In lower case, without parameters. */
  readonly mediaType: string;
}

function buildOperationUrl(server: ScepServer, operation: string): URL {
  const url = new URL(server.url);
  url.searchParams.set('operation', operation);
  return url;
}

async function exchange(server: ScepServer, url: URL, init: RequestInit): Promise<HttpAnswer> {
  const timeout = server.timeoutMilliseconds ?? defaultTimeoutMilliseconds;
  const call = server.fetch ?? fetch;
  try {
    const signal = AbortSignal.timeout(timeout);
    const response = await call(url, { ...init, redirect: 'manual', signal });
    const body = new Uint8Array(await response.arrayBuffer());
    return checkResponse(response, body, server.url);
  } catch (cause) {
    if (cause instanceof ScepClientError) throw cause;
    const message = `${server.url.origin} cannot be reached (${describeCause(cause)}).`;
    throw new ScepClientError('unreachable', message, { cause });
  }
}

function checkResponse(response: Response, body: Uint8Array, serverUrl: URL): HttpAnswer {
  const { status, headers } = response;
  if (outageStatuses.has(status)) {
    const retryAfterSeconds = readRetryAfter(headers.get('retry-after'));
    const message = `${serverUrl.origin} is unavailable (HTTP ${status}).`;
    throw new ScepClientError('unavailable', message, { retryAfterSeconds });
  }
  if (status !== 200) {
    const location = headers.get('location');
    const redirect = location ? ` with a redirect to ${location}` : '';
    const message = `${serverUrl.href} answered HTTP ${status}${redirect}.`;
    throw new ScepClientError('unexpectedAnswer', message);
  }
  if (body.length > maxBodyBytes) {
    const message = `${serverUrl.href} answered ${body.length} bytes, more than ${maxBodyBytes}.`;
    throw new ScepClientError('unexpectedAnswer', message);
  }
  const mediaType = (headers.get('content-type') ?? '').split(';')[0] ?? '';
  return { body, mediaType: mediaType.trim().toLowerCase() };
}

/** Reads Retry-After, which is a number of seconds or a date (RFC 9110 10.2.3), as seconds. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

/** The error of fetch says only "fetch failed". The code of its cause names the reason. */
function describeCause(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown reason';
  if (error.name === 'TimeoutError') return 'timeout';
  const { cause } = error;
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' ? code : error.message;
}

import { ScepClientError } from './errors.ts';

/** A SCEP server: where it is, and what fetches. */
export interface ScepServer {
  readonly url: URL;
  /** Replaced in tests. */
  readonly fetch?: typeof fetch;
  readonly timeoutMilliseconds?: number;
}

// An API Gateway gives up after 30 s; a little more lets its answer arrive.
const defaultTimeoutMilliseconds = 35_000;
const sizeLimitBytes = 1024 * 1024;
// Overload, and gateways that found nobody behind them: outages, and no answer of the CA's policy.
const outageStatuses = new Set([429, 500, 502, 503, 504]);

/** Reads a SCEP URL. Refuses what is not http or https. */
export function readScepUrl(text: string): URL {
  const url = URL.parse(text);
  if (url && ['http:', 'https:'].includes(url.protocol)) return url;
  throw new ScepClientError('badArgument', `“${text}” is not an http or https URL.`);
}

/**
 * GET with an operation, and a message as RFC 8894 4.1 encodes it (base64, then percent-encoding).
 */
export function getOperation(
  server: ScepServer,
  operation: string,
  message?: Uint8Array,
): Promise<HttpAnswer> {
  const url = operationUrl(server, operation);
  if (message) url.searchParams.set('message', Buffer.from(message).toString('base64'));
  return exchange(server, url, { method: 'GET' });
}

/** POST of a pkiMessage (RFC 8894 4.1). */
export function postPkiOperation(server: ScepServer, message: Uint8Array): Promise<HttpAnswer> {
  return exchange(server, operationUrl(server, 'PKIOperation'), {
    method: 'POST',
    headers: { 'content-type': 'application/x-pki-message' },
    body: Buffer.from(message),
  });
}

/** A 200 answer. */
export interface HttpAnswer {
  readonly body: Uint8Array;
  /** Without parameters, in lower case. */
  readonly mediaType: string;
}

function operationUrl(server: ScepServer, operation: string): URL {
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
    return judge(response, body, server.url);
  } catch (cause) {
    if (cause instanceof ScepClientError) throw cause;
    const message = `${server.url.origin} cannot be reached (${reason(cause)}).`;
    throw new ScepClientError('unreachable', message, { cause });
  }
}

function judge(response: Response, body: Uint8Array, asked: URL): HttpAnswer {
  const { status, headers } = response;
  if (outageStatuses.has(status)) {
    const retryAfterSeconds = readRetryAfter(headers.get('retry-after'));
    const message = `${asked.origin} is unavailable (HTTP ${status}).`;
    throw new ScepClientError('unavailable', message, { retryAfterSeconds });
  }
  if (status !== 200) {
    const elsewhere = headers.get('location');
    const where = elsewhere ? `, which points to ${elsewhere}` : '';
    const message = `${asked.href} answered HTTP ${status}${where}.`;
    throw new ScepClientError('unexpectedAnswer', message);
  }
  if (body.length > sizeLimitBytes) {
    throw new ScepClientError('unexpectedAnswer', `${asked.href} answered ${body.length} bytes.`);
  }
  const mediaType = (headers.get('content-type') ?? '').split(';')[0] ?? '';
  return { body, mediaType: mediaType.trim().toLowerCase() };
}

/** Retry-After in seconds (RFC 9110 10.2.3): a number, or a date. */
function readRetryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  if (/^\d{1,6}$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - Date.now()) / 1000));
}

// fetch says only "fetch failed"; the code below it says why.
function reason(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown reason';
  if (cause.name === 'TimeoutError') return 'no answer in time';
  const below = cause.cause;
  const code = below instanceof Error && 'code' in below ? below.code : undefined;
  return typeof code === 'string' ? code : cause.message;
}

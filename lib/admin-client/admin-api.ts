/** A client of the admin API. It returns JSON, and throws an error for a refusal. */
import { AdminClientError, toErrorCode } from './admin-errors.ts';
import { signRequest, type Unsigned } from './admin-signer.ts';
import { escapeForTerminal } from './table.ts';

/** A JSON object. */
export type Json = Readonly<Record<string, unknown>>;

/** One request, relative to the URL of the API. */
interface AdminCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** The path, which can end in an unencoded ARN. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: Json;
}

/** Sends one request and returns the body of the answer. Throws `AdminClientError`. */
export type CallAdmin = (call: AdminCall) => Promise<Json>;

/** API Gateway times out after 30 s. The additional time lets its answer arrive. */
const timeoutMilliseconds = 35_000;

/** The network and the signer, which tests replace. */
export interface AdminApiOptions {
  readonly fetch?: typeof fetch;
  readonly sign?: typeof signRequest;
}

/**
 * Reads the URL of an admin API. Refuses plain HTTP to another machine, because answers contain
 * passwords.
 */
export function readAdminUrl(text: string): URL {
  const url = URL.parse(text);
  if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))))
    return url;
  throw new AdminClientError('badArgument', `“${escapeForTerminal(text)}” is not an https URL.`);
}

const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);

/** Creates a client of one admin API. Only calls to another machine are signed. */
export function createAdminApi(base: URL, options: AdminApiOptions = {}): CallAdmin {
  const { fetch: call = fetch, sign = signRequest } = options;
  return async ({ method, path, query = {}, body }) => {
    const url = new URL(`${base.pathname.replace(/\/$/, '')}${path}`, base);
    for (const [name, value] of Object.entries(query))
      if (value !== undefined) url.searchParams.set(name, value);
    const text = body === undefined ? undefined : JSON.stringify(body);
    const headers: Record<string, string> =
      text === undefined ? {} : { 'content-type': 'application/json' };
    const request: Unsigned = { method, url, headers, ...(text !== undefined && { body: text }) };
    const sent = isLoopback(base) ? headers : await sign(request);
    return await readAnswer(base, () =>
      call(url, {
        method,
        headers: sent,
        body: text,
        redirect: 'manual',
        signal: AbortSignal.timeout(timeoutMilliseconds),
      }),
    );
  };
}

async function readAnswer({ origin }: URL, send: () => Promise<Response>): Promise<Json> {
  const response = await send().catch((cause: unknown) => {
    throw new AdminClientError('unreachable', `${origin} cannot be reached.`, { cause });
  });
  const body = parseJson(await response.text().catch(() => ''));
  if (response.ok && body !== undefined) return body;
  if (response.ok || response.status < 400)
    throw new AdminClientError('unexpectedAnswer', `The answer of ${origin} is not JSON.`);
  // The admin API writes Message, and API Gateway writes message.
  const message = body?.Message ?? body?.message;
  const reason =
    typeof message === 'string' ? escapeForTerminal(message).slice(0, 500) : 'no reason given';
  throw new AdminClientError(toErrorCode(response.status), `HTTP ${response.status}: ${reason}.`);
}

function parseJson(text: string): Json | undefined {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

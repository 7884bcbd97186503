/** The admin API as its client sees it: operations by path, answers as JSON, refusals as errors. */
import { AdminClientError, toErrorCode } from './admin-errors.ts';
import { signRequest, type Unsigned } from './admin-signer.ts';
import { escapeForTerminal } from './table.ts';

export type Json = Readonly<Record<string, unknown>>;

/** One request: everything but where it goes. */
interface AdminCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** May end in an ARN, as it is. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: Json;
}

export type CallAdmin = (call: AdminCall) => Promise<Json>;

// An API Gateway gives up after 30 s; a little more lets its answer arrive.
const timeoutMilliseconds = 35_000;

/** What asks: the network and the signer, replaced in tests. */
export interface AdminApiOptions {
  readonly fetch?: typeof fetch;
  readonly sign?: typeof signRequest;
}

/** Reads the URL of an admin API. Refuses plain HTTP to another machine: answers hold passwords. */
export function readAdminUrl(text: string): URL {
  const url = URL.parse(text);
  if (url && (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url))))
    return url;
  throw new AdminClientError('badArgument', `“${escapeForTerminal(text)}” is no https URL.`);
}

const isLoopback = ({ hostname }: URL): boolean =>
  hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);

/** Calls of one admin API. To this machine they are not signed, as nobody checks it there. */
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
    return await answerOf(base, () =>
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

async function answerOf({ origin }: URL, send: () => Promise<Response>): Promise<Json> {
  const response = await send().catch((cause: unknown) => {
    throw new AdminClientError('unreachable', `${origin} cannot be reached.`, { cause });
  });
  const body = jsonOf(await response.text().catch(() => ''));
  if (response.ok && body !== undefined) return body;
  if (response.ok || response.status < 400)
    throw new AdminClientError('unexpectedAnswer', `${origin} answered no JSON.`);
  // Our refusals say Message, API Gateway's own say message.
  const said = body?.Message ?? body?.message;
  const why = typeof said === 'string' ? escapeForTerminal(said).slice(0, 500) : 'no reason given';
  throw new AdminClientError(toErrorCode(response.status), `HTTP ${response.status}: ${why}.`);
}

function jsonOf(text: string): Json | undefined {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Json) : undefined;
  } catch {
    return undefined;
  }
}

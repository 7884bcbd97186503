/**
 * One HTTP request to Microsoft. It is limited in time and size and follows no redirect, and its
 * content never appears in an error.
 */
import { boundMilliseconds, endWithin, type RemainingMilliseconds } from '../core/deadline.ts';
import { Fault } from '../core/errors.ts';
import { type IntuneStep, IntuneUnavailable } from './unavailable.ts';

/** How requests are sent; tests and the emulator supply their own. */
export interface Transport {
  readonly fetch: typeof fetch;
  /** The limit for one request, including its answer's body. */
  readonly timeoutMilliseconds: number;
  /** The rest of the function's time; no request outlasts it. */
  readonly remainingMilliseconds: RemainingMilliseconds;
}

/** An answer with any status. */
export interface Reply {
  readonly status: number;
  readonly text: string;
  readonly retryAfterSeconds?: number;
}

/** The size of an answer. 500 revocation requests are 200 KiB, and other answers are smaller. */
const maxOctets = 1024 * 1024;

/** Sends a request; throws `IntuneUnavailable` unless a complete answer arrives. */
export async function sendRequest(
  step: IntuneStep,
  url: string,
  init: RequestInit,
  transport: Transport,
): Promise<Reply> {
  return await runInTime(step, transport, async (signal) => {
    try {
      // A redirect would take the token to another host.
      const response = await transport.fetch(url, { ...init, redirect: 'error', signal });
      const text = await readText(response);
      return { status: response.status, text, ...readRetryAfter(response) };
    } catch (error) {
      throw new IntuneUnavailable({ step, reason: describeReason(error) });
    }
  });
}

/**
 * Runs `requests` requests one after the other within that many times the limit. Throws
 * `IntuneUnavailable` if the time ends first.
 */
export const runInTime = <Result>(
  step: IntuneStep,
  { timeoutMilliseconds, remainingMilliseconds }: Transport,
  run: (signal: AbortSignal) => Promise<Result>,
  requests = 1,
): Promise<Result> =>
  endWithin(
    boundMilliseconds(requests * timeoutMilliseconds, remainingMilliseconds),
    run,
    () => new IntuneUnavailable({ step, reason: 'timeout' }),
  );

/** With these errors nothing was sent, so the request may be sent again. */
export const neverSent: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/**
 * The error's name or code, if it is a plain identifier. Its message may contain the address or a
 * header, so it is left out.
 */
export function describeReason(error: unknown): string {
  const { name, cause } = error instanceof Error ? error : new Error();
  if (name === 'TimeoutError' || name === 'AbortError') return 'timeout';
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' && /^[A-Z_0-9]{1,40}$/.test(code) ? code : 'no answer';
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let octets = 0;
  for await (const chunk of response.body ?? []) {
    octets += chunk.length;
    if (octets > maxOctets) throw new Fault('AnswerTooLarge');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads seconds only, and at most an hour. The other form, a date, would depend on two clocks. */
export function readRetryAfter({ headers }: Pick<Response, 'headers'>): {
  readonly retryAfterSeconds?: number;
} {
  const text = headers.get('retry-after') ?? '';
  return /^\d{1,6}$/.test(text) ? { retryAfterSeconds: Math.min(Number(text), 3600) } : {};
}

/** Parses a JSON object; undefined for any other text. */
export function parseJsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a token can be sent to this address: over TLS, or to this machine. */
export function isSafeUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const local = protocol === 'http:' && hostname === '127.0.0.1';
  return (protocol === 'https:' || local) && username === '' && password === '';
}

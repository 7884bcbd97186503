/** One call to an Intune service: its token, address and headers, and its second attempt. */
import { randomUUID } from 'node:crypto';
import type { IntuneService } from './cloud.ts';
import type { ServiceLocations } from './discovery.ts';
import {
  neverSent,
  parseJsonObject,
  type Reply,
  runInTime,
  sendRequest,
  type Transport,
} from './exchange.ts';
import type { AccessTokens } from './tokens.ts';
import { type IntuneStep, IntuneUnavailable } from './unavailable.ts';

/** The dependencies of a caller. */
export interface CallOptions extends Transport {
  readonly tokens: AccessTokens;
  readonly locations: ServiceLocations;
  readonly nowMilliseconds: () => number;
}

/** A call: its path, and its body as an object. */
interface Call {
  readonly service: IntuneService;
  readonly path: string;
  readonly step: IntuneStep;
  readonly body: Readonly<Record<string, unknown>>;
  /** A GUID by which Microsoft finds the call in its logs; a new one if omitted. */
  readonly requestId?: string;
}

/**
 * Makes a call and returns the JSON object of a 2xx answer. Throws `IntuneUnavailable` for any
 * other answer.
 */
export type Caller = (call: Call) => Promise<Readonly<Record<string, unknown>>>;

/** The longest pause that a 429 causes. */
const maxPauseMilliseconds = 60_000;

/**
 * A first call makes three requests: for a token, for the address, and the call itself. A second
 * attempt has to end within the same time.
 */
const maxRequests = 3;

/**
 * Makes a caller. Microsoft's library never retries, and Microsoft does not document whether a
 * challenge may be validated twice. So a call is retried only if Intune did not process it: the
 * token was refused, or no server answered. After a 429 the caller pauses for the time that Intune
 * requests.
 */
export function createIntuneCaller(options: CallOptions): Caller {
  let pausedUntil = 0;
  return async (call) => {
    if (options.nowMilliseconds() < pausedUntil) throw outage(call, 'throttled', 429);
    const reply = await runInTime(
      call.step,
      options,
      async () => (await attempt(call, options)) ?? (await attempt(call, options)),
      maxRequests,
    );
    if (reply === undefined) throw outage(call, 'not reached');
    if (reply.status === 429) {
      const requested = (reply.retryAfterSeconds ?? 0) * 1000;
      pausedUntil = options.nowMilliseconds() + Math.min(requested, maxPauseMilliseconds);
    }
    return readAnswer(call, reply);
  };
}

/** Makes one attempt and returns its answer; undefined if another attempt can succeed. */
async function attempt(call: Call, options: CallOptions): Promise<Reply | undefined> {
  const { tokens, locations } = options;
  const [token, location] = await Promise.all([
    tokens.of('intune'),
    locations.of(call.service),
  ] as const);
  try {
    const reply = await post(call, location, token, options);
    const isRefused = reply.status === 401 || reply.status === 403;
    if (isRefused && tokens.invalidate('intune', token)) return undefined;
    if (reply.status === 404 || reply.status >= 500) locations.invalidate(call.service, location);
    return reply;
  } catch (error) {
    locations.invalidate(call.service, location);
    if (error instanceof IntuneUnavailable && neverSent.has(error.reason)) return undefined;
    throw error;
  }
}

/**
 * Sends a call. `api-version` is a header and not part of the address, as in Microsoft's library.
 */
const post = (call: Call, location: string, token: string, transport: Transport): Promise<Reply> =>
  sendRequest(
    call.step,
    `${location}/${call.path}`,
    {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'client-request-id': call.requestId ?? randomUUID(),
        'api-version': call.service.apiVersion,
      },
      body: JSON.stringify(call.body),
    },
    transport,
  );

function readAnswer(call: Call, { status, text, ...retryAfter }: Reply) {
  const { step } = call;
  if (status < 200 || status > 299)
    throw new IntuneUnavailable({ step, reason: 'refused', status, ...retryAfter });
  const body = parseJsonObject(text);
  if (body === undefined) throw outage(call, 'not a JSON object', status);
  return body;
}

const outage = ({ step }: Call, reason: string, status?: number): IntuneUnavailable =>
  new IntuneUnavailable({ step, reason, status });

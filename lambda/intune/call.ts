/** One call of an Intune service: token and address, headers, and when it is worth a second try. */
import { randomUUID } from 'node:crypto';
import type { IntuneService } from './cloud.ts';
import type { ServiceLocations } from './discovery.ts';
import {
  exchange,
  inTime,
  jsonObjectOf,
  neverSent,
  type Reply,
  type Transport,
} from './exchange.ts';
import type { AccessTokens } from './tokens.ts';
import { type IntuneStep, IntuneUnavailable } from './unavailable.ts';

/** What calling needs. */
export interface CallOptions extends Transport {
  readonly tokens: AccessTokens;
  readonly locations: ServiceLocations;
  readonly nowMilliseconds: () => number;
}

/** A call: where to, and its body as an object. */
interface Call {
  readonly service: IntuneService;
  readonly path: string;
  readonly step: IntuneStep;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Makes a call and gives the answer's JSON object; throws `IntuneUnavailable` for everything that is not one with 2xx. */
export type Caller = (call: Call) => Promise<Readonly<Record<string, unknown>>>;

/** However long Intune asks to be left alone, it is asked again after this long. */
const longestPauseMilliseconds = 60_000;

/** A first call requests a token, the address and the call itself; a second attempt has to fit the same time. */
const mostRequests = 3;

/**
 * Makes a caller. Microsoft's library tries nothing twice, and whether a challenge may be validated twice is nowhere
 * said, so a second try is only made where the first was not listened to: a token that was refused, an address that
 * nobody answers at. After a 429 it leaves Intune alone for as long as was asked.
 */
export function intuneCaller(options: CallOptions): Caller {
  let pausedUntil = 0;
  return async (call) => {
    if (options.nowMilliseconds() < pausedUntil) throw outage(call, 'throttled', 429);
    const reply = await inTime(
      call.step,
      options,
      async () => (await attempt(call, options)) ?? (await attempt(call, options)),
      mostRequests,
    );
    if (reply === undefined) throw outage(call, 'not reached');
    if (reply.status === 429) {
      const wanted = (reply.retryAfterSeconds ?? 0) * 1000;
      pausedUntil = options.nowMilliseconds() + Math.min(wanted, longestPauseMilliseconds);
    }
    return answerOf(call, reply);
  };
}

/** The answer; undefined where trying again can end otherwise. */
async function attempt(call: Call, options: CallOptions): Promise<Reply | undefined> {
  const { tokens, locations } = options;
  const [token, location] = await Promise.all([
    tokens.of('intune'),
    locations.of(call.service),
  ] as const);
  try {
    const reply = await post(call, location, token, options);
    const isRefused = reply.status === 401 || reply.status === 403;
    if (isRefused && tokens.forget('intune', token)) return undefined;
    if (reply.status === 404 || reply.status >= 500) locations.forget(call.service, location);
    return reply;
  } catch (error) {
    locations.forget(call.service, location);
    if (error instanceof IntuneUnavailable && neverSent.has(error.reason)) return undefined;
    throw error;
  }
}

/** `api-version` is a header and not in the address: so does Microsoft's library. */
const post = (call: Call, location: string, token: string, transport: Transport): Promise<Reply> =>
  exchange(
    call.step,
    `${location}/${call.path}`,
    {
      method: 'POST',
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        'client-request-id': randomUUID(),
        'api-version': call.service.apiVersion,
      },
      body: JSON.stringify(call.body),
    },
    transport,
  );

function answerOf(call: Call, { status, text, ...retryAfter }: Reply) {
  const { step } = call;
  if (status < 200 || status > 299)
    throw new IntuneUnavailable({ step, reason: 'refused', status, ...retryAfter });
  const body = jsonObjectOf(text);
  if (body === undefined) throw outage(call, 'not a JSON object', status);
  return body;
}

const outage = ({ step }: Call, reason: string, status?: number): IntuneUnavailable =>
  new IntuneUnavailable({ step, reason, status });

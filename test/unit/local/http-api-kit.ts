/** An HTTP API for a test, with a function that returns a fixed payload. */
import type { InvocationResult } from '../../../lib/local/functions/invocation.ts';
import type { AccessLogEntry } from '../../../lib/local/http-api/access-log.ts';
import type { HttpApi } from '../../../lib/local/http-api/http-api.ts';
import type { HttpRequest } from '../../../lib/local/http-api/http-request.ts';
import { createTokenBucket } from '../../../lib/local/token-bucket.ts';

/** Builds a request; by default GetCACaps. */
export const request = (changes: Partial<HttpRequest> = {}): HttpRequest => ({
  method: 'GET',
  target: '/scep/default?operation=GetCACaps',
  protocol: 'HTTP/1.1',
  rawHeaders: ['Host', 'scep.example'],
  sourceIp: '192.0.2.1',
  body: Buffer.alloc(0),
  ...changes,
});

/** The members of an event that tests read. */
export type Event = Readonly<Record<string, unknown>> & {
  readonly headers: Readonly<Record<string, string>>;
  readonly requestContext: Readonly<Record<string, unknown>>;
};

const routeKeys = ['ANY /scep/default', 'ANY /scep/default/{proxy+}', 'ANY /cgi-bin/pkiclient.exe'];

/** Creates an API whose function returns `payload` and records its events. */
export const setUp = (payload: unknown = { statusCode: 200 }, changes: Partial<HttpApi> = {}) => {
  const events: Event[] = [];
  const log: AccessLogEntry[] = [];
  const invoke = async (event: unknown): Promise<InvocationResult> => {
    events.push(event as Event);
    return { ok: true, payload: JSON.stringify(payload) };
  };
  const api: HttpApi = {
    apiId: 'abc',
    accountId: '000000000000',
    port: 8080,
    routes: routeKeys.map((key) => ({ key, target: { invoke, timeoutMilliseconds: 30_000 } })),
    throttle: createTokenBucket(1000, 1000),
    log: (entry) => log.push(entry),
    ...changes,
  };
  return { api, events, log };
};

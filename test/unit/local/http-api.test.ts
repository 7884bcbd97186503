import { describe, expect, it } from 'vitest';
import type { InvocationResult } from '../../../lib/local/functions/invocation.ts';
import { handleRequest } from '../../../lib/local/http-api/http-api.ts';
import { createTokenBucket } from '../../../lib/local/token-bucket.ts';
import { request, setUp } from './http-api-kit.ts';

describe('the response of an HTTP API', () => {
  it('has the headers and the bytes of the function', async () => {
    const headers = { 'Content-Type': 'application/x-pki-message' };
    const { api } = setUp({ statusCode: 200, headers, isBase64Encoded: true, body: 'AP8=' });
    const response = await handleRequest(api, request());
    expect(response.headers).toContainEqual(['content-type', 'application/x-pki-message']);
    expect(response.body).toEqual(Buffer.from([0x00, 0xff]));
  });

  it('is 404 if no route matches', async () => {
    const { api, events } = setUp();
    const response = await handleRequest(api, request({ target: '/scep/other' }));
    expect([response.status, response.body.toString()]).toEqual([404, '{"message":"Not Found"}']);
    expect(events).toEqual([]);
  });

  it('is 500 without a reason if the function fails', async () => {
    const { api, log } = setUp();
    const error = { errorType: 'Sandbox.Timedout', errorMessage: 'secret' };
    const routes = [
      {
        key: '$default',
        target: { invoke: async () => ({ ok: false as const, error }), timeoutMilliseconds: 99 },
      },
    ];
    const response = await handleRequest({ ...api, routes }, request());
    expect([response.status, response.body.toString()]).toEqual([
      500,
      '{"message":"Internal Server Error"}',
    ]);
    expect(log[0]?.integrationError).toBe('Sandbox.Timedout');
  });

  it('is 503 if the function exceeds the timeout of the integration', async () => {
    const invoke = () => new Promise<InvocationResult>(() => {});
    const { api } = setUp(
      {},
      { routes: [{ key: '$default', target: { invoke, timeoutMilliseconds: 10 } }] },
    );
    const response = await handleRequest(api, request());
    expect([response.status, response.body.toString()]).toEqual([
      503,
      '{"message":"Service Unavailable"}',
    ]);
  });

  it('is 503 if Lambda throttles the function', async () => {
    const error = { errorType: 'TooManyRequestsException', errorMessage: 'Rate Exceeded.' };
    const invoke = async () => ({ ok: false as const, isThrottled: true as const, error });
    const routes = [{ key: '$default', target: { invoke, timeoutMilliseconds: 99 } }];
    const response = await handleRequest(setUp({}, { routes }).api, request());
    expect(response.status).toBe(503);
  });

  it('is 413 if the event exceeds the limit of Lambda', async () => {
    const error = { errorType: 'RequestTooLargeException', errorMessage: 'event over 6 MB' };
    const invoke = async () => ({ ok: false as const, isTooLarge: true as const, error });
    const routes = [{ key: '$default', target: { invoke, timeoutMilliseconds: 99 } }];
    const response = await handleRequest(setUp({}, { routes }).api, request());
    expect([response.status, response.body.toString()]).toEqual([
      413,
      '{"message":"Request Entity Too Large"}',
    ]);
  });

  it('is 429 above the throttle', async () => {
    const { api } = setUp({ statusCode: 200 }, { throttle: createTokenBucket(0.001, 1) });
    await handleRequest(api, request());
    expect((await handleRequest(api, request())).status).toBe(429);
  });

  it('is 429 above the throttle of its route, without an effect on other routes', async () => {
    const { api } = setUp(
      { statusCode: 200 },
      { routeThrottles: new Map([['ANY /scep/default', createTokenBucket(0.001, 1)]]) },
    );
    const statuses = [];
    for (const target of ['/scep/default', '/scep/default', '/scep/default/pkiclient.exe'])
      statuses.push((await handleRequest(api, request({ target }))).status);
    expect(statuses).toEqual([200, 429, 200]);
  });

  it.each([
    [414, { target: `/scep/default?message=${'A'.repeat(10_240)}` }],
    [431, { rawHeaders: ['X-Large', 'A'.repeat(10_240)] }],
    [413, { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) }],
  ])('is %i for what is too large', async (status, changes) => {
    const { api, events } = setUp();
    expect((await handleRequest(api, request(changes))).status).toBe(status);
    expect(events).toEqual([]);
  });

  it('leaves the query out of the access log', async () => {
    const { api, log } = setUp();
    await handleRequest(api, request({ target: '/scep/default?message=TELLTALE' }));
    expect(log).toHaveLength(1);
    expect(JSON.stringify(log)).not.toContain('TELLTALE');
  });
});

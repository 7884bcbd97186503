/**
 * Every known failure of Microsoft's services: it grants nothing, refuses nothing, and its error
 * contains no secret.
 */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { failInfoOf, isRefusalCode, Refusal } from '../../../lambda/core/errors.ts';
import { interpretCode, knownIntuneCodes } from '../../../lambda/intune/codes.ts';
import { IntuneUnavailable } from '../../../lambda/intune/unavailable.ts';
import { toIntuneRequest, validateWithIntune } from '../../../lambda/policy/intune.ts';
import type { Fault, IntuneOperation } from '../../../lib/local/emulators/intune/faults.ts';
import { certificate, clientSecret, requestOf, startTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await startTenant();
});
afterAll(() => tenant.emulator.stop());
afterEach(() => tenant.emulator.faults.clear());

/** A new environment that waits a fifth of a second. */
const newAdapter = () => tenant.another({ timeoutMilliseconds: 200 });

/** The error of a call. */
async function errorOf(call: () => Promise<unknown>): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

/** An answer that any call would accept as a success, except for its status. */
const yes =
  '{"code":"Success","value":[],"access_token":"a","token_type":"Bearer","expires_in":3599}';

const faults: readonly [string, Fault][] = [
  ['HTTP 400', { kind: 'status', status: 400 }],
  ['HTTP 401', { kind: 'status', status: 401 }],
  ['HTTP 403', { kind: 'status', status: 403 }],
  ['HTTP 404', { kind: 'status', status: 404 }],
  ['HTTP 429', { kind: 'status', status: 429, retryAfterSeconds: 60 }],
  ['HTTP 500', { kind: 'status', status: 500 }],
  ['HTTP 502 that is not JSON', { kind: 'body', status: 502, body: '<html>Bad Gateway' }],
  ['HTTP 503', { kind: 'status', status: 503, retryAfterSeconds: 1 }],
  ['HTTP 500 with Success', { kind: 'body', status: 500, body: yes }],
  ['HTTP 302 with Success', { kind: 'body', status: 302, body: yes }],
  ['a redirect', { kind: 'redirect', location: 'http://127.0.0.1:1/elsewhere' }],
  ['no answer in time', { kind: 'hang' }],
  ['a closed connection', { kind: 'disconnect' }],
  ['a lost answer', { kind: 'lost' }],
  ['truncated JSON', { kind: 'body', body: '{"code":"Succ' }],
  ['nothing at all', { kind: 'body', body: '' }],
  ['null', { kind: 'body', body: 'null' }],
  ['a list', { kind: 'body', body: '["Success"]' }],
  ['a text', { kind: 'body', body: '"Success"' }],
  ['an answer without its member', { kind: 'body', body: '{"errorDescription":""}' }],
  ['another type', { kind: 'body', body: '{"code":1,"value":"true","expires_in":"1"}' }],
  ['a null code', { kind: 'body', body: '{"code":null,"value":null}' }],
];

describe.each<[IntuneOperation]>([
  ['token'],
  ['discovery'],
  ['validateRequest'],
  ['successNotification'],
  ['failureNotification'],
])('%s', (operation) => {
  it.each(faults)('that ends with %s is an outage', async (_, fault) => {
    const request = requestOf(tenant.emulator);
    await tenant.adapter.validate(request);
    const adapter = newAdapter();
    tenant.emulator.faults.add(operation, fault, 5);
    const failure = { hResult: 1, errorDescription: 'text' };
    const ended = await errorOf(() => {
      if (operation === 'successNotification') return adapter.notifySuccess(request, certificate);
      if (operation === 'failureNotification') return adapter.notifyFailure(request, failure);
      return adapter.validate(request);
    });
    expect(ended).toBeInstanceOf(IntuneUnavailable);
    expect(ended).toMatchObject({ step: operation });
    expectNoSecret(ended, request.certificateRequest);
  });
});

describe('the revocation calls', () => {
  it.each(faults)('that end with %s are an outage', async (_, fault) => {
    const { faults: planned } = tenant.emulator;
    const adapter = newAdapter();
    planned.add('downloadRevocationRequests', fault, 5);
    planned.add('uploadRevocationResults', fault, 5);
    const result = { requestContext: 'a', succeeded: true } as const;
    const ended = [
      await errorOf(() => adapter.downloadRevocations(1)),
      await errorOf(() => newAdapter().uploadRevocationResults([result])),
    ];
    expect(ended).toEqual([expect.any(IntuneUnavailable), expect.any(IntuneUnavailable)]);
  });

  it('do not accept a request without a serial number', async () => {
    const body = JSON.stringify({ value: [{ requestContext: 'a' }] });
    tenant.emulator.faults.add('downloadRevocationRequests', { kind: 'body', body });
    await expect(newAdapter().downloadRevocations(1)).rejects.toBeInstanceOf(IntuneUnavailable);
  });
});

/**
 * Searches everything that a log can print of an error: message, stack, every property, and its
 * cause.
 */
function expectNoSecret(error: unknown, certificateRequest: Uint8Array): void {
  const { message, stack, cause } = error as Error;
  const all = JSON.stringify([message, stack, { ...(error as object) }, cause ?? '']);
  expect(cause).toBeUndefined();
  for (const secret of [
    clientSecret,
    'emulated-token',
    Buffer.from(certificateRequest).toString('base64').slice(0, 40),
    tenant.emulator.origin,
  ])
    expect(all).not.toContain(secret);
}

describe('a code', () => {
  const refusalFor = async (code: string): Promise<unknown> => {
    tenant.emulator.faults.add('validateRequest', { kind: 'code', code });
    const { transactionId, certificateRequest } = requestOf(tenant.emulator);
    const asked = { request: certificateRequest, challengePasswords: ['challenge'] };
    return await errorOf(() =>
      validateWithIntune(toIntuneRequest(asked, transactionId), tenant.adapter),
    );
  };

  it.each(knownIntuneCodes)('%s is a refusal with its own name, and badRequest', async (code) => {
    const refusal = await refusalFor(code);
    expect(refusal).toBeInstanceOf(Refusal);
    expect(refusal).toMatchObject({ code: `Intune:${code}` });
    expect(failInfoOf((refusal as Refusal).code)).toBe('badRequest');
  });

  it.each(['success', 'Success ', 'SUCCESS', 'Succeeded', '1', '0', 'true', 'a b', 'É'])(
    'that is not exactly "Success" is a refusal: %j',
    async (code) => {
      const refusal = await refusalFor(code);
      expect(refusal).toBeInstanceOf(Refusal);
      expect(isRefusalCode((refusal as Refusal).code)).toBe(true);
    },
  );

  it('is not made of "Success"', async () => {
    expect(await refusalFor('Success')).toBeUndefined();
  });

  it('has a meaning and advice for an admin, even if its code is unknown', () => {
    for (const code of [...knownIntuneCodes, 'SomethingNew', 'toString', 'a\nb']) {
      const { meaning, advice } = interpretCode(code);
      expect(meaning).toMatch(/^[A-Z][^\n]+\.$/);
      expect(advice).toMatch(/^[A-Z][^\n]+\.$/);
    }
  });

  it('is known for every code in Microsoft’s library, and for one that it omits', () => {
    expect(knownIntuneCodes).toHaveLength(25);
  });
});

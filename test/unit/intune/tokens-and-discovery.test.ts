/** The caches between calls: how long entries are kept, and what invalidates them. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { countCalls } from '../../../lib/local/emulators/intune/control.ts';
import { clientSecret, requestOf, startTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await startTenant();
});
afterEach(() => tenant.emulator.stop());

const validate = (adapter = tenant.adapter) => adapter.validate(requestOf(tenant.emulator));
const counts = () => countCalls(tenant.emulator.state);
const seconds = (count: number) => {
  tenant.clock.now += count * 1000;
};

describe('tokens', () => {
  it('are two for a first call, with Graph’s and Intune’s own audience', async () => {
    await validate();
    expect(counts()).toEqual({ token: 2, discovery: 1, validateRequest: 1 });
    expect([...tenant.emulator.tokens.issued.keys()].toSorted()).toEqual([
      'https://api.manage.microsoft.com/',
      'https://graph.microsoft.com',
    ]);
  });

  it('are cached for later calls', async () => {
    for (let at = 0; at < 5; at += 1) expect(await validate()).toBe('granted');
    expect(counts()).toMatchObject({ token: 2, discovery: 1, validateRequest: 5 });
  });

  it('are requested once for any number of concurrent calls', async () => {
    const verdicts = await Promise.all(Array.from({ length: 20 }, () => validate()));
    expect(verdicts).toEqual(Array(20).fill('granted'));
    expect(counts()).toMatchObject({ token: 2, discovery: 1 });
  });

  it('are renewed five minutes before they expire, and not before', async () => {
    await validate();
    seconds(3290);
    await validate();
    expect(counts().token).toBe(2);
    seconds(20);
    await validate();
    expect(counts().token).toBe(3);
  });

  it('are used further if the renewal fails, and not after they expire', async () => {
    await validate();
    tenant.emulator.faults.add('token', { kind: 'status', status: 500 }, 2);
    seconds(3400);
    expect(await validate()).toBe('granted');
    seconds(180);
    await expect(validate()).rejects.toMatchObject({ step: 'token', status: 500 });
  });

  it('are dropped when they are refused, and the call is repeated', async () => {
    await validate();
    tenant.emulator.tokens.revokeAll();
    seconds(61);
    expect(await validate()).toBe('granted');
    expect(counts()).toMatchObject({ token: 3, validateRequest: 3 });
  });

  it('are not requested again and again if new ones are refused, because a role is missing', async () => {
    await validate();
    tenant.emulator.faults.add('validateRequest', { kind: 'status', status: 403 }, 20);
    for (let at = 0; at < 5; at += 1)
      await expect(validate()).rejects.toMatchObject({ status: 403 });
    expect(counts().token).toBe(2);
  });

  it('are not requested during the pause that Entra demands', async () => {
    tenant.emulator.faults.add('token', { kind: 'status', status: 429, retryAfterSeconds: 60 }, 2);
    await expect(validate()).rejects.toMatchObject({ step: 'token', status: 429 });
    const { token } = counts();
    await expect(validate()).rejects.toMatchObject({ step: 'token', reason: 'throttled' });
    expect(counts().token).toBe(token);
    tenant.emulator.faults.clear();
    seconds(61);
    expect(await validate()).toBe('granted');
  });

  it('that are refused report Entra’s error number, which an admin can search for', async () => {
    const wrong = await startTenant({ clientSecret: 'another' });
    const validated = wrong.adapter.validate(requestOf(wrong.emulator));
    await expect(validated).rejects.toMatchObject({
      about: 'token: invalid_client AADSTS7000215 (HTTP 401)',
    });
    await expect(validated).rejects.not.toMatchObject({
      message: expect.stringContaining(clientSecret),
    });
    await wrong.emulator.stop();
  });

  it('that cannot be requested, because our secret store is down, report only its error’s name', async () => {
    const adapter = tenant.another({
      credential: async () => {
        throw new TypeError(`secret ${clientSecret} is not readable`);
      },
    });
    await expect(validate(adapter)).rejects.toMatchObject({
      about: 'token: credential: TypeError',
    });
  });
});

describe('a service’s address', () => {
  it('is requested again if no server answers there, and the call is repeated', async () => {
    await validate();
    tenant.emulator.move();
    await expect(validate()).rejects.toMatchObject({ status: 404 });
    expect(await validate()).toBe('granted');
    expect(counts().discovery).toBe(2);
  });

  it('is requested again after HTTP 500 and a closed connection, and not after 429', async () => {
    for (const [fault, discoveries] of [
      [{ kind: 'status', status: 500 }, 2],
      [{ kind: 'disconnect' }, 3],
      [{ kind: 'status', status: 429 }, 3],
    ] as const) {
      await validate();
      tenant.emulator.faults.add('validateRequest', fault);
      await expect(validate()).rejects.toThrow();
      await validate();
      expect(counts().discovery).toBe(discoveries);
    }
  });

  it('is found on any page and in any case, and the first of two is used', async () => {
    tenant.emulator.state.oddities.pages = true;
    tenant.emulator.state.oddities.duplicates = true;
    expect(await validate()).toBe('granted');
    expect(counts().discovery).toBe(4);
  });

  it('is reported as missing if the tenant has none, and requested again', async () => {
    tenant.emulator.state.unlisted.add('ScepRequestValidationFEService');
    await expect(validate()).rejects.toMatchObject({
      step: 'discovery',
      reason: 'no ScepRequestValidationFEService in this tenant',
    });
    tenant.emulator.state.unlisted.clear();
    expect(await validate()).toBe('granted');
  });

  it.each([
    ['another host’s next page', '"value":[],"@odata.nextLink":"http://127.0.0.1:1/v1.0/next"'],
    [
      'a service without TLS',
      '"value":[{"providerName":"ScepRequestValidationFEService","uri":"http://intune.example/"}]',
    ],
    ['a service that is a text', '"value":["ScepRequestValidationFEService"]'],
    ['nothing', '"value":[null]'],
  ])('is not accepted from %s', async (_, members) => {
    tenant.emulator.faults.add('discovery', { kind: 'body', body: `{${members}}` });
    await expect(validate()).rejects.toMatchObject({ step: 'discovery' });
    expect(counts().validateRequest).toBeUndefined();
  });

  it('gets no second try if it may have received the first one', async () => {
    await validate();
    tenant.emulator.faults.add('validateRequest', { kind: 'lost' });
    await expect(validate()).rejects.toMatchObject({ step: 'validateRequest' });
    expect(counts().validateRequest).toBe(2);
  });
});

describe('Intune', () => {
  it('gets no call during the pause that it demands, at most a minute', async () => {
    await validate();
    tenant.emulator.faults.add('validateRequest', {
      kind: 'status',
      status: 429,
      retryAfterSeconds: 600,
    });
    await expect(validate()).rejects.toMatchObject({ status: 429, retryAfterSeconds: 600 });
    await expect(validate()).rejects.toMatchObject({ reason: 'throttled' });
    expect(counts().validateRequest).toBe(2);
    seconds(61);
    expect(await validate()).toBe('granted');
  });

  it('may be slow', async () => {
    tenant.emulator.faults.add('validateRequest', { kind: 'delay', milliseconds: 1000 });
    expect(await validate()).toBe('granted');
  });
});

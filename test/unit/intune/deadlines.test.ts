/**
 * Microsoft's services accept the connection and stay silent, and each call ends at its deadline.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerMilliseconds } from '../../../lambda/core/deadline.ts';
import type { IntuneOptions } from '../../../lambda/intune/intune.ts';
import { IntuneUnavailable } from '../../../lambda/intune/unavailable.ts';
import type { IntuneOperation } from '../../../lib/local/emulators/intune/faults.ts';
import { type SlowServer, slowServer } from '../../support/fakes/slow-server.ts';
import { requestOf, startTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
let server: SlowServer;
beforeEach(async () => {
  tenant = await startTenant();
  server = await slowServer();
});
afterEach(async () => {
  await tenant.emulator.stop();
  await server.close();
});

const operations: readonly IntuneOperation[] = ['token', 'discovery', 'validateRequest'];

/** The part of an address that identifies an operation (lib/local/emulators/intune). */
const pathOf: Readonly<Record<string, RegExp>> = {
  token: /\/oauth2\//,
  discovery: /\/servicePrincipals\//,
  validateRequest: /validateRequest/,
};

/** Sends one operation's requests to the silent server, and the others to the tenant. */
const silentFor =
  (operation: IntuneOperation): typeof fetch =>
  (input, init) =>
    fetch(pathOf[operation]?.test(String(input)) ? server.endpoint : input, init);

/** Never answers, and ignores its signal. */
const hangingFetch: typeof fetch = () => new Promise(() => undefined);

/** Validates a request with a new adapter; returns the error and the duration. */
async function validate(options: Partial<IntuneOptions>) {
  const start = performance.now();
  const error = await tenant
    .another(options)
    .validate(requestOf(tenant.emulator))
    .catch((thrown: unknown) => thrown);
  return { error, milliseconds: performance.now() - start };
}

const soonMilliseconds = 900;

describe.each(operations)('%s at a silent service', (operation) => {
  it('ends at the limit of one request', async () => {
    const fetch = silentFor(operation);
    const { error, milliseconds } = await validate({ fetch, timeoutMilliseconds: 150 });
    expect(error).toBeInstanceOf(IntuneUnavailable);
    expect(error).toMatchObject({ step: operation, reason: 'timeout' });
    expect(milliseconds).toBeLessThan(soonMilliseconds);
    expect(server.connections.length).toBeGreaterThan(0);
  });

  it('ends early enough for the function to answer', async () => {
    const endsAt = performance.now() + answerMilliseconds + 250;
    const remainingMilliseconds = () => endsAt - performance.now();
    const limits = { timeoutMilliseconds: 60_000, remainingMilliseconds };
    const { error, milliseconds } = await validate({ fetch: silentFor(operation), ...limits });
    expect(error).toMatchObject({ reason: 'timeout' });
    expect(milliseconds).toBeLessThan(soonMilliseconds);
  });
});

describe('a call of Intune', () => {
  it('ends even if nothing reads the signal', async () => {
    const { error, milliseconds } = await validate({
      fetch: hangingFetch,
      timeoutMilliseconds: 50,
    });
    expect(error).toMatchObject({ reason: 'timeout' });
    expect(milliseconds).toBeLessThan(soonMilliseconds);
  });

  it('ends if our own credential is not delivered', async () => {
    const credential = () => new Promise<never>(() => undefined);
    const { error, milliseconds } = await validate({ credential, timeoutMilliseconds: 50 });
    expect(error).toMatchObject({ step: 'token', reason: 'timeout' });
    expect(milliseconds).toBeLessThan(soonMilliseconds);
  });

  it('ends after three limits in total, even if each request is just in time', async () => {
    const slow: typeof fetch = async (input, init) => {
      await sleep(80);
      return await fetch(input, init);
    };
    tenant.emulator.state.oddities.pages = true;
    const { error, milliseconds } = await validate({ fetch: slow, timeoutMilliseconds: 100 });
    expect(error).toMatchObject({ reason: 'timeout' });
    expect(milliseconds).toBeLessThan(soonMilliseconds);
  });

  it('is not made if the function has no time left', async () => {
    const fetch = () => Promise.reject(new Error('sent'));
    const { error } = await validate({ fetch, remainingMilliseconds: () => 500 });
    expect(error).toMatchObject({ reason: 'timeout' });
  });
});

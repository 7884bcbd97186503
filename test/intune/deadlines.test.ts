/**
 * Microsoft's services when they accept the connection and stay silent: each call ends at its
 * deadline.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerMilliseconds } from '../../lambda/deadline.ts';
import type { IntuneOptions } from '../../lambda/intune/intune.ts';
import { IntuneUnavailable } from '../../lambda/intune/unavailable.ts';
import type { IntuneOperation } from '../../lib/local/emulators/intune/faults.ts';
import { type SlowServer, slowServer } from '../fakes/slow-server.ts';
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

/** What of an address shows that it belongs to an operation (lib/local/emulators/intune). */
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
const deafFetch: typeof fetch = () => new Promise(() => undefined);

/** Lets a fresh adapter validate a request; returns how that ended and after how long. */
async function validate(options: Partial<IntuneOptions>) {
  const start = performance.now();
  const error = await tenant
    .another(options)
    .validate(requestOf(tenant.emulator))
    .catch((thrown: unknown) => thrown);
  return { error, milliseconds: performance.now() - start };
}

const soonMilliseconds = 900;

describe.each(operations)('%s of a silent Microsoft', (operation) => {
  it('ends at the limit of one request', async () => {
    const fetch = silentFor(operation);
    const { error, milliseconds } = await validate({ fetch, timeoutMilliseconds: 150 });
    expect(error).toBeInstanceOf(IntuneUnavailable);
    expect(error).toMatchObject({ step: operation, reason: 'timeout' });
    expect(milliseconds).toBeLessThan(soonMilliseconds);
    expect(server.connections.length).toBeGreaterThan(0);
  });

  it('ends in time for the function to answer', async () => {
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
    const { error, milliseconds } = await validate({ fetch: deafFetch, timeoutMilliseconds: 50 });
    expect(error).toMatchObject({ reason: 'timeout' });
    expect(milliseconds).toBeLessThan(soonMilliseconds);
  });

  it('ends where our own credential does not come', async () => {
    const credential = () => new Promise<never>(() => undefined);
    const { error, milliseconds } = await validate({ credential, timeoutMilliseconds: 50 });
    expect(error).toMatchObject({ step: 'token', reason: 'timeout' });
    expect(milliseconds).toBeLessThan(soonMilliseconds);
  });

  it('ends after three limits in all, however many requests are each just in time', async () => {
    const slow: typeof fetch = async (input, init) => {
      await sleep(80);
      return await fetch(input, init);
    };
    tenant.emulator.state.oddities.pages = true;
    const { error, milliseconds } = await validate({ fetch: slow, timeoutMilliseconds: 100 });
    expect(error).toMatchObject({ reason: 'timeout' });
    expect(milliseconds).toBeLessThan(soonMilliseconds);
  });

  it('is not made where the function has no time left', async () => {
    const fetch = () => Promise.reject(new Error('sent'));
    const { error } = await validate({ fetch, remainingMilliseconds: () => 500 });
    expect(error).toMatchObject({ reason: 'timeout' });
  });
});

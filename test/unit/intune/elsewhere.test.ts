/** A token is only for Microsoft, so the client follows no answer to another host. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { requestOf, startTenant, type Tenant } from './tenant.ts';

let tenant: Tenant;
let visitors: string[];
let elsewhere: string;
let close: () => void;

beforeEach(async () => {
  tenant = await startTenant();
  visitors = [];
  // Answers success to everything, as an attacker's server would.
  const server = createServer((request, response) => {
    visitors.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json');
    response.end(
      '{"code":"Success","value":[],"access_token":"a","token_type":"Bearer","expires_in":9}',
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  elsewhere = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  close = () => void server.close();
});
afterEach(async () => {
  close();
  await tenant.emulator.stop();
});

const validate = () => tenant.adapter.validate(requestOf(tenant.emulator));

describe('the client does not follow', () => {
  it.each(['token', 'discovery', 'validateRequest'] as const)(
    'a redirect of %s',
    async (operation) => {
      tenant.emulator.faults.add(operation, { kind: 'redirect', location: `${elsewhere}/` }, 2);
      await expect(validate()).rejects.toMatchObject({ step: operation });
      expect(visitors).toEqual([]);
    },
  );

  it('a next page on another host', async () => {
    const body = JSON.stringify({ value: [], '@odata.nextLink': `${elsewhere}/v1.0/next` });
    tenant.emulator.faults.add('discovery', { kind: 'body', body });
    await expect(validate()).rejects.toMatchObject({ step: 'discovery' });
    expect(visitors).toEqual([]);
  });

  it('a next page on a host whose name begins like Graph’s', async () => {
    const link = `${tenant.emulator.origin}.elsewhere.example/v1.0/next`;
    const body = JSON.stringify({ value: [], '@odata.nextLink': link });
    tenant.emulator.faults.add('discovery', { kind: 'body', body });
    await expect(validate()).rejects.toMatchObject({ reason: 'a next page on another host' });
  });
});

/** The refusals of the emulated services. A client that fails here also fails at Microsoft. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCertificateFacts } from '../../../lambda/intune/certificate-facts.ts';
import {
  certificate,
  clientId,
  clientSecret,
  requestOf,
  startTenant,
  type Tenant,
  tenantId,
} from './tenant.ts';

let tenant: Tenant;
const tokens = { graph: '', intune: '' };

beforeAll(async () => {
  tenant = await startTenant();
  tokens.graph = await tokenFor('https://graph.microsoft.com/.default');
  tokens.intune = await tokenFor('https://api.manage.microsoft.com//.default');
});
afterAll(() => tenant.emulator.stop());

async function tokenFor(scope: string): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope,
  });
  const url = `${tenant.emulator.origin}/${tenantId}/oauth2/v2.0/token`;
  const { access_token } = (await (await fetch(url, { method: 'POST', body })).json()) as Record<
    string,
    string
  >;
  return access_token ?? '';
}

const scep = () =>
  `${tenant.emulator.origin}${tenant.emulator.state.base}/StatelessScepRequestValidationService/ScepActions`;

/** Sends a valid call with changes; returns its status. */
async function statusOf(
  action: string,
  body: unknown,
  headers: Readonly<Record<string, string | undefined>> = {},
): Promise<number> {
  const good = {
    authorization: `Bearer ${tokens.intune}`,
    'content-type': 'application/json',
    'client-request-id': randomUUID(),
    'api-version': '2018-02-20',
  };
  const given = Object.entries({ ...good, ...headers }).filter(([, value]) => value !== undefined);
  const response = await fetch(`${scep()}/${action}`, {
    method: 'POST',
    headers: given as [string, string][],
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  await response.text();
  return response.status;
}

function fields() {
  const { transactionId, certificateRequest } = requestOf(tenant.emulator);
  return {
    transactionId,
    certificateRequest: Buffer.from(certificateRequest).toString('base64'),
    callerInfo: 'test',
  };
}

describe('a call', () => {
  it('that is valid is answered', async () => {
    expect(await statusOf('validateRequest', { request: fields() })).toBe(200);
  });

  it.each<[number, string, Readonly<Record<string, string | undefined>>]>([
    [401, 'no token', { authorization: undefined }],
    [401, 'a made-up token', { authorization: 'Bearer made-up' }],
    [400, 'no api-version', { 'api-version': undefined }],
    [400, 'the api-version of revocations', { 'api-version': '5019-05-05' }],
    [400, 'no client-request-id', { 'client-request-id': undefined }],
    [400, 'a client-request-id that is not a GUID', { 'client-request-id': '1' }],
    [415, 'another type', { 'content-type': 'text/plain' }],
  ])('gets %d with %s', async (status, _, headers) => {
    expect(await statusOf('validateRequest', { request: fields() }, headers)).toBe(status);
  });

  it('gets 401 with Graph’s token, which has another audience', async () => {
    const headers = { authorization: `Bearer ${tokens.graph}` };
    expect(await statusOf('validateRequest', { request: fields() }, headers)).toBe(401);
  });

  it('to Graph gets 401 with Intune’s token', async () => {
    const url = `${tenant.emulator.origin}/v1.0/servicePrincipals/appId=0000000a-0000-0000-c000-000000000000/endpoints`;
    const headers = { authorization: `Bearer ${tokens.intune}`, 'client-request-id': randomUUID() };
    expect((await fetch(url, { headers })).status).toBe(401);
  });

  it.each<[string, () => unknown]>([
    ['truncated JSON', () => '{"request":'],
    ['no member', () => ({})],
    ['an unknown member', () => ({ request: fields(), more: 1 })],
    ['a member in another case', () => ({ Request: fields() })],
    ['an unknown field', () => ({ request: { ...fields(), challenge: 'x' } })],
    ['a field in another case', () => ({ request: { ...fields(), CallerInfo: 'test' } })],
    ['no callerInfo', () => ({ request: { ...fields(), callerInfo: undefined } })],
    ['an empty transactionId', () => ({ request: { ...fields(), transactionId: '' } })],
    [
      'base64 with line ends',
      () => ({ request: { ...fields(), certificateRequest: 'AAAA\nAAAA' } }),
    ],
    ['PEM', () => ({ request: { ...fields(), certificateRequest: '-----BEGIN' } })],
  ])('gets 400 with %s', async (_, body) => {
    expect(await statusOf('validateRequest', body())).toBe(400);
  });
});

describe('a notification', () => {
  const validated = async () => {
    const request = fields();
    await statusOf('validateRequest', { request });
    return { ...request, ...readCertificateFacts(certificate) };
  };

  it('that is valid is answered', async () => {
    expect(await statusOf('successNotification', { notification: await validated() })).toBe(200);
  });

  it.each([
    ['a date in words', { certificateExpirationDateUtc: 'Friday, 1 January 2027' }],
    ['a thumbprint with colons', { certificateThumbprint: '00:11' }],
    ['a SHA-256 thumbprint', { certificateThumbprint: '0'.repeat(64) }],
    ['no issuer', { issuingCertificateAuthority: '' }],
    ['a serial number that is not hex', { certificateSerialNumber: '0x1' }],
    ['a request that was not validated', { certificateRequest: 'AAAA' }],
    ['a transaction that was not validated', { transactionId: 'another' }],
    ['an unknown field', { hResult: 1 }],
  ])('of success gets 400 with %s', async (_, changes) => {
    const notification = { ...(await validated()), ...changes };
    expect(await statusOf('successNotification', { notification })).toBe(400);
  });

  it.each([
    ['an HRESULT without a sign', { hResult: 0xa0040001 }],
    ['an HRESULT as a text', { hResult: '-1' }],
    ['a description that is too long', { errorDescription: 'x'.repeat(256) }],
    ['no description', { errorDescription: '' }],
  ])('of failure gets 400 with %s', async (_, changes) => {
    const request = fields();
    await statusOf('validateRequest', { request });
    const notification = { ...request, hResult: -1, errorDescription: 'text', ...changes };
    expect(await statusOf('failureNotification', { notification })).toBe(400);
  });
});

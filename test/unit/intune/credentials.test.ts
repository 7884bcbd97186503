/** Three ways to authenticate as the registered application, against a strict token endpoint. */
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { exportJWK, SignJWT } from 'jose';
import { afterEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../lambda/core/errors.ts';
import { clouds, toScope } from '../../../lambda/intune/cloud.ts';
import {
  type Credential,
  createAssertionCredential,
  createCertificateCredential,
  createSecretCredential,
} from '../../../lambda/intune/credential.ts';
import type {
  FederatedCredential,
  Registration,
} from '../../../lib/local/emulators/intune/registration.ts';
import { buildCertificate } from '../../support/kit/certificate.ts';
import { rsaKey, type TestKey } from '../../support/kit/keys.ts';
import { cn, name } from '../../support/kit/names.ts';
import { clientId, clientSecret, requestOf, startTenant, type Tenant, tenantId } from './tenant.ts';

let tenant: Tenant | undefined;
afterEach(async () => {
  await tenant?.emulator.stop();
});

/** The result of a first validation: "granted", or the reason why there is no token. */
async function validationOf(
  registration: Partial<Registration>,
  credential: Credential,
): Promise<string> {
  tenant = await startTenant({ clientSecret: undefined, ...registration }, credential);
  try {
    return String(await tenant.adapter.validate(requestOf(tenant.emulator)));
  } catch (error) {
    return (error as Fault).about ?? String(error);
  }
}

const pemOf = (der: Uint8Array): string =>
  `-----BEGIN CERTIFICATE-----\n${Buffer.from(der).toString('base64')}\n-----END CERTIFICATE-----\n`;

const certificateOf = (key: TestKey): string =>
  pemOf(buildCertificate({ subject: name(cn('app')), spki: key.spki, signingKey: key.privateKey }));

const pkcs8 = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }).toString();

describe('a client secret', () => {
  it('is accepted', async () => {
    expect(
      await validationOf(
        { clientSecret },
        createSecretCredential(async () => clientSecret),
      ),
    ).toBe('granted');
  });

  it('is read again for each token, because secrets are rotated', async () => {
    const secrets = ['old', clientSecret, clientSecret];
    const credential = createSecretCredential(async () => secrets.shift() ?? '');
    expect(await validationOf({ clientSecret }, credential)).toContain('AADSTS7000215');
    expect(await tenant?.adapter.validate(requestOf(tenant.emulator))).toBe('granted');
  });
});

describe('a certificate', () => {
  const key = rsaKey(2048, 'app');
  const other = rsaKey(2048, 'other app');
  const registration = { certificatePem: certificateOf(key) };
  const by = (certificatePem: string, signingKey: KeyObject): Credential => {
    const privateKeyPem = pkcs8(signingKey);
    return createCertificateCredential(async () => ({ certificatePem, privateKeyPem }));
  };
  const registered = by(registration.certificatePem, key.privateKey);

  it('that is registered signs an accepted assertion', async () => {
    expect(await validationOf(registration, registered)).toBe('granted');
  });

  it('that is not registered is refused', async () => {
    const credential = by(certificateOf(other), other.privateKey);
    expect(await validationOf(registration, credential)).toContain('AADSTS700027');
  });

  it('is refused if another key signed', async () => {
    const credential = by(registration.certificatePem, other.privateKey);
    expect(await validationOf(registration, credential)).toContain('AADSTS700027');
  });

  it('signs a new assertion for each token', async () => {
    await validationOf(registration, registered);
    const { emulator, another } = tenant as Tenant;
    expect(await another().validate(requestOf(emulator))).toBe('granted');
    expect(emulator.tokens.issued.get('https://graph.microsoft.com')).toBe(2);
  });

  it('with a key other than RSA is an outage whose error does not contain the key', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const credential = by(registration.certificatePem, privateKey);
    expect(await validationOf(registration, credential)).toMatch(/^token: credential: \w+$/);
  });
});

describe('a federated assertion', () => {
  const issuer = 'https://11112222-3333-4444-5555-666677778888.tokens.sts.global.api.aws';
  const subject = 'arn:aws:iam::111122223333:role/scep-connector-default';
  const audience = 'api://AzureADTokenExchange';
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const federatedCredential: FederatedCredential = {
    issuer,
    subject,
    audience,
    keys: async () => ({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256' }] }),
  };
  interface Claims {
    readonly iss?: string;
    readonly sub?: string;
    readonly aud?: string;
    readonly endsInSeconds?: number;
    readonly signedBy?: KeyObject;
  }
  const assertion = (claims: Claims = {}) => {
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT()
      .setProtectedHeader({ alg: 'RS256', kid: 'one', typ: 'JWT' })
      .setIssuer(claims.iss ?? issuer)
      .setSubject(claims.sub ?? subject)
      .setAudience(claims.aud ?? audience)
      .setIssuedAt(now)
      .setExpirationTime(now + (claims.endsInSeconds ?? 300))
      .sign(claims.signedBy ?? privateKey);
  };

  it('is accepted instead of a client secret', async () => {
    expect(
      await validationOf(
        { federatedCredential },
        createAssertionCredential(() => assertion()),
      ),
    ).toBe('granted');
  });

  it.each<[string, Claims, string]>([
    ['another issuer', { iss: 'https://other.example' }, 'AADSTS700211'],
    ['another audience', { aud: 'api://AzureADTokenExchangeUSGov' }, 'AADSTS700212'],
    ['another role', { sub: `${subject}-2` }, 'AADSTS700213'],
    ['a role in another case', { sub: subject.toUpperCase() }, 'AADSTS700213'],
    ['an end in the past', { endsInSeconds: -60 }, 'AADSTS700024'],
    ['another key', { signedBy: rsaKey(2048, 'thief').privateKey }, 'AADSTS700027'],
  ])('is refused with %s', async (_, claims, number) => {
    const ended = await validationOf(
      { federatedCredential },
      createAssertionCredential(() => assertion(claims)),
    );
    expect(ended).toBe(`token: invalid_client ${number} (HTTP 401)`);
  });

  it('is refused if no federated credential is registered', async () => {
    expect(
      await validationOf(
        {},
        createAssertionCredential(() => assertion()),
      ),
    ).toContain('AADSTS70021');
  });

  it('that is not a JWT is refused, and not repeated in the error', async () => {
    const ended = await validationOf(
      { federatedCredential },
      createAssertionCredential(async () => 'canary.assertion'),
    );
    expect(ended).toBe('token: invalid_client AADSTS50027 (HTTP 401)');
  });
});

describe('the token endpoint', () => {
  const request = async (
    form: Readonly<Record<string, string>>,
    path = `/${tenantId}/oauth2/v2.0/token`,
  ) => {
    tenant = await startTenant();
    const good = {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'https://graph.microsoft.com/.default',
    };
    const body = new URLSearchParams({ ...good, ...form });
    const response = await fetch(`${tenant.emulator.origin}${path}`, { method: 'POST', body });
    const { error, error_codes } = (await response.json()) as Record<string, unknown>;
    return [response.status, error, error_codes];
  };

  it.each([
    ['another scope', { scope: 'https://api.manage.microsoft.com/.default' }, 'invalid_scope'],
    ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['another application', { client_id: 'other' }, 'unauthorized_client'],
    ['two credentials', { client_assertion: 'a.b.c' }, 'invalid_client'],
  ])('refuses %s', async (_, form, error) => {
    expect((await request(form))[1]).toBe(error);
  });

  it('refuses another tenant', async () => {
    expect(await request({}, '/other/oauth2/v2.0/token')).toEqual([
      400,
      'invalid_request',
      [90002],
    ]);
  });
});

describe('the clouds', () => {
  it('have a scope with two slashes for Intune, as in Microsoft’s library', () => {
    expect(toScope(clouds.public, 'intune')).toBe('https://api.manage.microsoft.com//.default');
    expect(toScope(clouds.gccHigh, 'intune')).toBe('https://api.manage.microsoft.us//.default');
    expect(toScope(clouds.gccHigh, 'graph')).toBe('https://graph.microsoft.us/.default');
  });
});

/** A stack with its own Intune tenant, and Windows devices in that tenant. */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { certificateIn, issuedSubjectsOf, revokedSerialsOf } from './certificates.ts';
import {
  challengeFor,
  fail,
  notificationsOf,
  revocationOf,
  tenantSecretsOf,
} from './intune-tenant.ts';
import { enrollUnderIntune } from './own-client.ts';
import { type RunningStack, type StackFacts, stackDirectory, startStack } from './stack.ts';
import { asSecret, leaksIn, scepLinesOf, secretsOf, serverErrorsOf, tracesOf } from './traces.ts';

const directory = stackDirectory();
let stack: RunningStack;
const facts = (): StackFacts => stack.facts;
const at = (name: string): string => join(directory, name);

beforeAll(async () => {
  stack = await startStack(directory, ['--intune']);
});
afterAll(async () => {
  await stack?.interrupt();
  rmSync(directory, { recursive: true, force: true });
});

/** The names that a SCEP profile gives to a laptop's request. */
const profileOf = (subject: string) => ({
  subject,
  keyBits: 2048,
  extendedKeyUsages: ['1.3.6.1.5.5.7.3.2'],
});

const enroll = (name: string, more: { challenge?: string; options?: readonly string[] } = {}) =>
  enrollUnderIntune(facts(), { out: at(name), subject: `CN=${name}`, ...more });

const codesOf = () => scepLinesOf(facts()).map(({ code }) => code);

/** Whether the CA made one certificate and the device received none. */
const isWithheld = (name: string): boolean => {
  const made = issuedSubjectsOf(facts()).filter((subject) => subject === `CN=${name}`).length;
  return made === 1 && !existsSync(join(at(name), 'cert.pem'));
};

describe('npm run enroll -- --intune', () => {
  it('gets a certificate that Intune has been notified of', async () => {
    const options = ['--dns', 'laptop.example.com'];
    const { exitCode, result } = await enroll('laptop', { options });
    expect(exitCode).toBe(0);
    const certificate = certificateIn(join(at('laptop'), 'cert.pem'));
    expect(certificate.subjectAltName).toBe('DNS:laptop.example.com');
    const told = await notificationsOf(facts());
    expect(told.map(({ kind }) => kind)).toEqual(['success']);
    expect(told[0]?.notification).toMatchObject({
      transactionId: result.transactionId,
      certificateSerialNumber: certificate.serialNumber,
      certificateThumbprint: certificate.fingerprint.replaceAll(':', ''),
    });
  });

  it('gets a certificate with a challenge from another program', async () => {
    const challenge = await challengeFor(facts(), profileOf('CN=noted'));
    expect((await enroll('noted', { challenge })).exitCode).toBe(0);
  });

  it.each([
    ['a forged challenge', 'forged', 'V1JPTkcgQ0hBTExFTkdF', 'ChallengeDecryptionError'],
    ['a challenge for another request', 'other', profileOf('CN=somebody'), 'SubjectNameMismatch'],
    [
      'an expired challenge',
      'late',
      { ...profileOf('CN=late'), expiresInSeconds: 0 },
      'ChallengeExpired',
    ],
  ])('exits with 2 after %s', async (_what, name, given, code) => {
    const challenge =
      typeof given === 'string' ? asSecret(facts(), given) : await challengeFor(facts(), given);
    const { exitCode, result } = await enroll(name, { challenge });
    expect([exitCode, result.failInfo]).toEqual([2, 'badRequest']);
    await vi.waitFor(() => expect(codesOf()).toContain(`Intune:${code}`));
    expect(issuedSubjectsOf(facts())).not.toContain(`CN=${name}`);
  });
});

describe('a device during an outage of Intune', () => {
  it('retries, and gets its certificate after the outage', async () => {
    await fail(facts(), 'validateRequest', { kind: 'status', status: 503 });
    expect((await enroll('patient')).exitCode).toBe(0);
  });

  it('gets its certificate only after the notification of Intune', async () => {
    const before = (await notificationsOf(facts())).length;
    await fail(facts(), 'successNotification', { kind: 'status', status: 500 }, 2);
    expect((await enroll('unheard')).exitCode).toBe(0);
    expect(await notificationsOf(facts())).toHaveLength(before + 1);
    expect(issuedSubjectsOf(facts()).filter((subject) => subject === 'CN=unheard')).toHaveLength(1);
  });

  it('gets no certificate that Intune rejects, and the connector revokes it', async () => {
    const revoked = revokedSerialsOf(facts()).length;
    await fail(facts(), 'successNotification', { kind: 'code', code: 'BadDeviceIdInChallenge' });
    const { exitCode, result } = await enroll('unwanted');
    expect([exitCode, result.failInfo]).toEqual([2, 'badRequest']);
    expect(isWithheld('unwanted')).toBe(true);
    // Certify's event makes another function revoke it.
    await vi.waitFor(() => expect(revokedSerialsOf(facts())).toHaveLength(revoked + 1), {
      timeout: 20_000,
    });
    await vi.waitFor(() => expect(codesOf()).toContain('Intune:BadDeviceIdInChallenge'));
  });
});

describe('a certificate for which Intune requests revocation', () => {
  it('is revoked at the CA and reported to Intune once', async () => {
    const { serialNumber } = certificateIn(join(at('laptop'), 'cert.pem'));
    expect(await revocationOf(facts(), serialNumber)).toMatchObject([{ succeeded: true }]);
    expect(revokedSerialsOf(facts())).toContain(serialNumber);
  });
});

describe('the logs after these tests', () => {
  const secrets = () => [...secretsOf(facts()), ...tenantSecretsOf(facts())];
  const stored = (name: string) => readFileSync(join(facts().stateDirectory, name), 'utf8');
  /** The logs, and the transactions of the emulated tenant. */
  const traces = () =>
    new Map([
      ...tracesOf(facts()),
      ['intune/transactions.jsonl', stored('intune/transactions.jsonl')],
    ]);

  it('contain no token, no secret and no challenge', () => {
    expect(traces().size).toBeGreaterThan(10);
    expect(secrets().length).toBeGreaterThan(4);
    expect(leaksIn(traces(), secrets())).toEqual([]);
  });

  it('are searched by a check that finds the client secret in secrets.json', () => {
    const kept = new Map([['secrets.json', stored('secrets.json').replaceAll('PRIVATE KEY', '')]]);
    expect(leaksIn(kept, tenantSecretsOf(facts()))).toEqual(['secrets.json']);
  });

  it('contain one 5xx, which is Intune’s outage', () => {
    expect(serverErrorsOf(facts()).map(({ status }) => status)).toEqual(['503']);
  });
});

/** A stack with an Intune tenant of its own, and Windows devices in it. */
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

/** What a SCEP profile makes of a laptop's request. */
const profileOf = (subject: string) => ({
  subject,
  keyBits: 2048,
  extendedKeyUsages: ['1.3.6.1.5.5.7.3.2'],
});

const enroll = (name: string, more: { challenge?: string; options?: readonly string[] } = {}) =>
  enrollUnderIntune(facts(), { out: at(name), subject: `CN=${name}`, ...more });

const codesOf = () => scepLinesOf(facts()).map(({ code }) => code);

/** Nothing was written for the device, and the CA has revoked what it made. */
const isWithheld = (name: string): boolean => {
  const made = issuedSubjectsOf(facts()).filter((subject) => subject === `CN=${name}`).length;
  return made === 1 && !existsSync(join(at(name), 'cert.pem'));
};

describe('npm run enroll -- --intune', () => {
  it('gets a certificate, of which Intune knows before the device has it', async () => {
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

  it('gets one for a challenge that was asked for elsewhere', async () => {
    const challenge = await challengeFor(facts(), profileOf('CN=noted'));
    expect((await enroll('noted', { challenge })).exitCode).toBe(0);
  });

  it.each([
    [
      'a challenge that no Intune made',
      'forged',
      'V1JPTkcgQ0hBTExFTkdF',
      'ChallengeDecryptionError',
    ],
    ['a challenge for another request', 'other', profileOf('CN=somebody'), 'SubjectNameMismatch'],
    [
      'a challenge that is over',
      'late',
      { ...profileOf('CN=late'), expiresInSeconds: 0 },
      'ChallengeExpired',
    ],
  ])('ends with 2 for %s', async (_what, name, given, code) => {
    const challenge =
      typeof given === 'string' ? asSecret(facts(), given) : await challengeFor(facts(), given);
    const { exitCode, result } = await enroll(name, { challenge });
    expect([exitCode, result.failInfo]).toEqual([2, 'badRequest']);
    await vi.waitFor(() => expect(codesOf()).toContain(`Intune:${code}`));
    expect(issuedSubjectsOf(facts())).not.toContain(`CN=${name}`);
  });
});

describe('while Intune does not work', () => {
  it('is told to come again, and gets its certificate when Intune is back', async () => {
    await fail(facts(), 'validateRequest', { kind: 'status', status: 503 });
    expect((await enroll('patient')).exitCode).toBe(0);
  });

  it('gets its certificate only once Intune has heard of it', async () => {
    const before = (await notificationsOf(facts())).length;
    await fail(facts(), 'successNotification', { kind: 'status', status: 500 }, 2);
    expect((await enroll('unheard')).exitCode).toBe(0);
    expect(await notificationsOf(facts())).toHaveLength(before + 1);
    expect(issuedSubjectsOf(facts()).filter((subject) => subject === 'CN=unheard')).toHaveLength(1);
  });

  it('gets none that Intune will not know of: it is revoked', async () => {
    const revoked = revokedSerialsOf(facts()).length;
    await fail(facts(), 'successNotification', { kind: 'code', code: 'BadDeviceIdInChallenge' });
    const { exitCode, result } = await enroll('unwanted');
    expect([exitCode, result.failInfo]).toEqual([2, 'badRequest']);
    expect(isWithheld('unwanted')).toBe(true);
    // Another function revokes it, by the event of the one that withheld it.
    await vi.waitFor(() => expect(revokedSerialsOf(facts())).toHaveLength(revoked + 1), {
      timeout: 20_000,
    });
    await vi.waitFor(() => expect(codesOf()).toContain('Intune:BadDeviceIdInChallenge'));
  });
});

describe('a certificate that Intune wants revoked', () => {
  it('is revoked at the CA, and Intune told so once', async () => {
    const { serialNumber } = certificateIn(join(at('laptop'), 'cert.pem'));
    expect(await revocationOf(facts(), serialNumber)).toMatchObject([{ succeeded: true }]);
    expect(revokedSerialsOf(facts())).toContain(serialNumber);
  });
});

describe('what all this left behind', () => {
  const secrets = () => [...secretsOf(facts()), ...tenantSecretsOf(facts())];
  const stored = (name: string) => readFileSync(join(facts().stateDirectory, name), 'utf8');
  /** What a tenant's emulator writes down, too. */
  const traces = () =>
    new Map([
      ...tracesOf(facts()),
      ['intune/transactions.jsonl', stored('intune/transactions.jsonl')],
    ]);

  it('is logs without a token, a secret or a challenge', () => {
    expect(traces().size).toBeGreaterThan(10);
    expect(secrets().length).toBeGreaterThan(4);
    expect(leaksIn(traces(), secrets())).toEqual([]);
  });

  it('would have been found: the client secret is where it belongs', () => {
    const kept = new Map([['secrets.json', stored('secrets.json').replaceAll('PRIVATE KEY', '')]]);
    expect(leaksIn(kept, tenantSecretsOf(facts()))).toEqual(['secrets.json']);
  });

  it('is an access log whose 5xx are Intune’s outage, told as one', () => {
    expect(serverErrorsOf(facts()).map(({ status }) => status)).toEqual(['503']);
  });
});

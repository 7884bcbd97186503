import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleepMilliseconds } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import { certificateIn, fingerprintIn } from './certificates.ts';
import { createChallenge, enroll } from './own-client.ts';
import { clientDirectory } from './stack.ts';

const facts = inject('sharedStack');
const challenge = facts.challengePassword;
const directory = clientDirectory(facts, 'enroll');
const at = (name: string): string => join(directory, name);

describe('npm run enroll', () => {
  it('gets a certificate with the requested names from the CA of npm start', async () => {
    const out = at('printer');
    const options = ['--dns', 'printer.example.com'];
    const { exitCode, result } = await enroll(facts, {
      ...{ out, subject: 'O=Example,CN=printer 7', challenge, options },
    });
    expect(exitCode).toBe(0);
    const certificate = certificateIn(join(out, 'cert.pem'));
    expect(certificate.serialNumber.toLowerCase()).toBe(result.serialNumber);
    expect(certificate.subject).toBe('O=Example\nCN=printer 7');
    expect(certificate.subjectAltName).toBe('DNS:printer.example.com');
    expect(certificate.verify(certificateIn(join(out, 'chain.pem')).publicKey)).toBe(true);
    expect(fingerprintIn(join(out, 'chain.pem'))).toBe(facts.caFingerprintSha256);
  });

  it('gets a certificate with AES-256 and OAEP', async () => {
    const options = ['--cipher', 'aes256', '--oaep'];
    const request = { out: at('oaep'), subject: 'CN=oaep', challenge, options };
    expect((await enroll(facts, request)).exitCode).toBe(0);
  });

  it('gets the same certificate for the same request', async () => {
    const request = { out: at('again'), subject: 'CN=again', challenge };
    const first = await enroll(facts, request);
    const second = await enroll(facts, request);
    expect(second.result).toEqual(first.result);
    expect(second.exitCode).toBe(0);
  });

  it('exits with 2 and no certificate after a wrong challenge', async () => {
    const out = at('wrong');
    const request = { out, subject: 'CN=wrong', challenge: 'ZZZZNOT7THE7CHALLENGE' };
    const { exitCode, result } = await enroll(facts, request);
    expect(exitCode).toBe(2);
    expect(result).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' });
    expect(existsSync(join(out, 'cert.pem'))).toBe(false);
  });
});

describe('a challenge of npm run admin', () => {
  /** Enrols once per name, each with a new key, and returns the exit codes. */
  const exitCodesOf = async (password: string, names: readonly string[]) => {
    const exitCodes: (number | undefined)[] = [];
    for (const name of names) {
      const request = { out: at(name), subject: `CN=${name}`, challenge: password };
      exitCodes.push((await enroll(facts, request)).exitCode);
    }
    return exitCodes;
  };

  it('enrols one key and refuses the second if it is one-time', async () => {
    const password = await createChallenge(facts, ['--kind', 'one-time']);
    expect(await exitCodesOf(password, ['once-1', 'once-2'])).toEqual([0, 2]);
  });

  it('enrols no more keys than its limit', async () => {
    const password = await createChallenge(facts, ['--kind', 'limited', '--uses', '2']);
    const names = ['limited-1', 'limited-2', 'limited-3'];
    expect(await exitCodesOf(password, names)).toEqual([0, 0, 2]);
  });

  it('enrols no key after its expiry', async () => {
    const password = await createChallenge(facts, ['--expires-in', '10s']); // a cold admin function takes seconds
    await sleepMilliseconds(11_000);
    expect(await exitCodesOf(password, ['late'])).toEqual([2]);
  });

  it('enrols any number of keys if it is static', async () => {
    const password = await createChallenge(facts, ['--kind', 'static', '--name', 'laptops']);
    expect(await exitCodesOf(password, ['static-1', 'static-2'])).toEqual([0, 0]);
  });
});

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
  it('gets a certificate for the names it asks for, under the CA that npm start told of', async () => {
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

  it('ends with 2 and no certificate for a wrong challenge', async () => {
    const out = at('wrong');
    const request = { out, subject: 'CN=wrong', challenge: 'ZZZZNOT7THE7CHALLENGE' };
    const { exitCode, result } = await enroll(facts, request);
    expect(exitCode).toBe(2);
    expect(result).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' });
    expect(existsSync(join(out, 'cert.pem'))).toBe(false);
  });
});

describe('a challenge of npm run admin', () => {
  /** Enrols with one new key after the other; gives the exit codes. */
  const exitCodesOf = async (password: string, names: readonly string[]) => {
    const exitCodes: (number | undefined)[] = [];
    for (const name of names) {
      const request = { out: at(name), subject: `CN=${name}`, challenge: password };
      exitCodes.push((await enroll(facts, request)).exitCode);
    }
    return exitCodes;
  };

  it('lets one key in, and refuses the second, if it is for one time', async () => {
    const password = await createChallenge(facts, ['--kind', 'one-time']);
    expect(await exitCodesOf(password, ['once-1', 'once-2'])).toEqual([0, 2]);
  });

  it('lets as many keys in as it is limited to', async () => {
    const password = await createChallenge(facts, ['--kind', 'limited', '--uses', '2']);
    const names = ['limited-1', 'limited-2', 'limited-3'];
    expect(await exitCodesOf(password, names)).toEqual([0, 0, 2]);
  });

  it('lets nobody in after its expiry', async () => {
    const password = await createChallenge(facts, ['--expires-in', '10s']); // a cold admin function takes seconds
    await sleepMilliseconds(11_000);
    expect(await exitCodesOf(password, ['late'])).toEqual([2]);
  });

  it('lets any number in if it is static', async () => {
    const password = await createChallenge(facts, ['--kind', 'static', '--name', 'laptops']);
    expect(await exitCodesOf(password, ['static-1', 'static-2'])).toEqual([0, 0]);
  });
});

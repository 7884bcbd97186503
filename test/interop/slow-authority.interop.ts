/**
 * A stack with a CA that is slower than the wait for a certificate, and a restart of that stack.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { certificateIn, issuedSubjectsOf, verdictOnCertificate } from './certificates.ts';
import { type EnrollEnd, enroll } from './own-client.ts';
import {
  clientDirectory,
  type RunningStack,
  type StackFacts,
  stackDirectory,
  startStack,
} from './stack.ts';
import { enrolByStrongSwan, fetchCaCertificates } from './strongswan.ts';
import { describeWith } from './tools.ts';
import { leaksIn, scepLinesOf, secretsOf, serverErrorsOf, tracesOf } from './traces.ts';

const directory = stackDirectory();
const slow = ['--pca-delay', '25'];
let stack: RunningStack;
const facts = (): StackFacts => stack.facts;

beforeAll(async () => {
  stack = await startStack(directory, slow);
});

afterAll(async () => {
  await stack?.interrupt();
  rmSync(directory, { recursive: true, force: true });
});

describeWith(['pki', 'openssl'], 'strongSwan with a CA that takes 25 s', () => {
  it('receives PENDING and polls until it gets its certificate', async () => {
    const client = clientDirectory(facts(), 'strongswan');
    const fetched = await fetchCaCertificates(facts(), client);
    const request = { directory: client, commonName: 'patient-swan', ...fetched };
    const { certificateFile } = await enrolByStrongSwan(facts(), {
      ...{ ...request, pollIntervalSeconds: 2 },
    });
    expect(scepLinesOf(facts()).map(({ outcome }) => outcome)).toContain('pending');
    expect(await verdictOnCertificate(fetched.caFile, certificateFile)).toBe('OK');
  });
});

/** The CA takes 25 s, and the next start resumes the interrupted execution. */
const recoverySeconds = 90;

describe('a stack that stops while a request is pending', () => {
  const out = join(directory, 'interrupted');
  let before: StackFacts;
  let repeated: EnrollEnd;

  it('leaves the key and the request in the client’s folder', async () => {
    const challenge = facts().challengePassword;
    const options = ['--timeout', '1'];
    const request = { out, subject: 'CN=interrupted', challenge, options };
    const { exitCode, result } = await enroll(facts(), request);
    expect(result).toMatchObject({ status: 'ERROR', code: 'timeout' });
    expect(exitCode).toBe(1);
    expect(existsSync(join(out, 'request.der'))).toBe(true);
  });

  it('exits with 0 after SIGINT', async () => {
    before = facts();
    expect(await stack.end()).toEqual({ exitCode: 0, signal: null });
    expect(existsSync(join(before.stateDirectory, 'run.json'))).toBe(false);
  });

  it('has the same CA and the same challenge after a restart', async () => {
    stack = await startStack(directory, slow);
    const { caFingerprintSha256, challengePassword } = before;
    expect(facts()).toMatchObject({ caFingerprintSha256, challengePassword });
  });

  it('answers the repeated request with its certificate', {
    timeout: 120_000,
  }, async () => {
    repeated = await enroll(facts(), { out, timeoutSeconds: recoverySeconds });
    expect(repeated.exitCode).toBe(0);
    expect(repeated.stderr).toContain('Resending the stored request of an earlier run.');
    expect(certificateIn(join(out, 'cert.pem')).subject).toBe('CN=interrupted');
  });

  it('issued that certificate once', () => {
    const issued = issuedSubjectsOf(facts()).filter((subject) => subject === 'CN=interrupted');
    expect(issued).toHaveLength(1);
  });

  it('answers every repetition with that certificate', async () => {
    const { challengePassword: challenge } = facts();
    const again = await enroll(facts(), { out, subject: 'CN=interrupted', challenge });
    expect(again.result).toEqual(repeated.result);
  });

  it('leaves logs without a 5xx and without a secret', () => {
    expect(serverErrorsOf(facts())).toEqual([]);
    expect(leaksIn(tracesOf(facts()), secretsOf(facts()))).toEqual([]);
  });
});

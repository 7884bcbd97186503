/** A hundred devices at once, a CA that takes five a second, and a restart in the middle of it. */
import { rmSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildCertificationRequest } from '../../lib/client/certification-request.ts';
import { type Enrolled, enrol } from '../../lib/client/enrolment.ts';
import { newKey, selfSignedIdentity } from '../../lib/client/identity.ts';
import { parseSubject } from '../../lib/client/subject.ts';
import { issuedSubjectsOf } from './certificates.ts';
import { type RunningStack, stackDirectory, startStack } from './stack.ts';
import { serverErrorsOf } from './traces.ts';

const devices = 100;
const limitSeconds = 240;
const directory = stackDirectory();
const flags = ['--pca-tps', '5'];
let stack: RunningStack;

beforeAll(async () => {
  stack = await startStack(directory, flags);
});

afterAll(async () => {
  await stack?.interrupt();
  rmSync(directory, { recursive: true, force: true });
});

/** A one-time challenge, by the admin API itself: a hundred commands would be a storm of their own. */
async function oneTimeChallenge(): Promise<string> {
  const { adminUrl, connectorId } = stack.facts;
  const ConnectorArn = `arn:aws:pca-connector-scep:local:000000000000:connector/${connectorId}`;
  const body = JSON.stringify({ ConnectorArn, MaxUses: 1 });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${adminUrl}/challenges`, { method: 'POST', headers, body });
  const { Challenge } = (await response.json()) as { Challenge: { Password: string } };
  return Challenge.Password;
}

/** A device that does not give up: it repeats its request, wherever the stack is by now. */
async function device(subject: string, key: Awaited<ReturnType<typeof newKey>>): Promise<Enrolled> {
  const challengePassword = await oneTimeChallenge();
  const request = await buildCertificationRequest(key, { subject, challengePassword });
  const identity = await selfSignedIdentity(key, parseSubject(subject));
  const deadline = Date.now() + limitSeconds * 1000;
  for (;;) {
    try {
      return await enrol({
        server: { url: new URL(stack.facts.scepUrl) },
        identity,
        certificationRequest: request,
        encryption: { cipher: 'aes128', oaep: false },
        caFingerprint: stack.facts.caFingerprintSha256,
        pollIntervalSeconds: 2,
        timeoutSeconds: 20,
      });
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await setTimeout(1000);
    }
  }
}

describe('a storm with a restart in the middle', () => {
  it(`ends with one certificate for each of ${devices} devices`, { timeout: 300_000 }, async () => {
    const keys = await Promise.all(Array.from({ length: 4 }, () => newKey(2048)));
    const storm = Array.from({ length: devices }, (_, at) => {
      const key = keys[at % keys.length];
      if (key === undefined) throw new Error('no key');
      return device(`CN=device-${at}`, key);
    });
    await setTimeout(6000);
    await stack.end();
    stack = await startStack(directory, flags);
    const ends = await Promise.all(storm);

    expect(ends.map(({ status }) => status)).toEqual(Array(devices).fill('SUCCESS'));
    const issued = issuedSubjectsOf(stack.facts).filter((subject) => subject?.includes('device-'));
    expect(new Set(issued).size).toBe(devices);
    expect(issued).toHaveLength(devices);
  });

  it('answers nobody by a 5xx but those whose function the stop ended', () => {
    const faults = serverErrorsOf(stack.facts).map((line) => line.integrationError);
    expect(faults.filter((fault) => fault !== 'Runtime.ExitError')).toEqual([]);
  });
});

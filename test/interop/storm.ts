/** Many concurrent devices, which all retry until they succeed. */
import { setTimeout } from 'node:timers/promises';
import { buildCertificationRequest } from '../../lib/scep-client/certification-request.ts';
import { enrol } from '../../lib/scep-client/enrolment.ts';
import { createSelfSignedIdentity, generateKey } from '../../lib/scep-client/identity.ts';
import { parseSubject } from '../../lib/scep-client/subject.ts';
import type { StackFacts } from './stack.ts';

/** A storm; `facts` returns the facts about the running stack. */
export interface Storm {
  readonly devices: number;
  readonly limitSeconds: number;
  readonly facts: () => StackFacts;
}

/**
 * Enrols devices as `CN=device-N`, each with its own one-time challenge, and returns the results.
 */
export async function storm({ devices, limitSeconds, facts }: Storm): Promise<readonly string[]> {
  const deadline = Date.now() + limitSeconds * 1000;
  const keys = await Promise.all(Array.from({ length: 4 }, () => generateKey(2048)));
  return await Promise.all(
    Array.from({ length: devices }, async (_, at) => {
      const key = keys[at % keys.length];
      if (key === undefined) throw new Error('no key');
      return await device(`CN=device-${at}`, key, facts, deadline);
    }),
  );
}

/** A device repeats its request, also after a restart of the stack. */
async function device(
  subject: string,
  key: Awaited<ReturnType<typeof generateKey>>,
  facts: () => StackFacts,
  deadline: number,
): Promise<string> {
  const challengePassword = await untilItWorks(() => oneTimeChallenge(facts()), deadline);
  const certificationRequest = await buildCertificationRequest(key, { subject, challengePassword });
  const identity = await createSelfSignedIdentity(key, parseSubject(subject));
  const { status } = await untilItWorks(
    () =>
      enrol({
        server: { url: new URL(facts().scepUrl) },
        identity,
        certificationRequest,
        encryption: { cipher: 'aes128', oaep: false },
        caFingerprint: facts().caFingerprintSha256,
        pollIntervalSeconds: 2,
        timeoutSeconds: 20,
      }),
    deadline,
  );
  return status;
}

async function untilItWorks<T>(run: () => Promise<T>, deadline: number): Promise<T> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await setTimeout(1000);
    }
  }
}

/**
 * Creates a one-time challenge by the admin API, because a hundred commands would take too long.
 */
async function oneTimeChallenge({ adminUrl, connectorId }: StackFacts): Promise<string> {
  const ConnectorArn = `arn:aws:pca-connector-scep:local:000000000000:connector/${connectorId}`;
  const body = JSON.stringify({ ConnectorArn, MaxUses: 1 });
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${adminUrl}/challenges`, { method: 'POST', headers, body });
  const { Challenge } = (await response.json()) as { Challenge: { Password: string } };
  return Challenge.Password;
}

/** The control API of a stack's emulated Intune tenant. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleepMilliseconds } from 'node:timers/promises';
import type { StackFacts } from './stack.ts';
import { asSecret } from './traces.ts';

/** A notification that the tenant has received. */
export interface Notification {
  readonly kind: 'success' | 'failure';
  readonly notification: Readonly<Record<string, unknown>>;
}

const ask = async ({ intune }: StackFacts, path: string, body?: object): Promise<unknown> => {
  const init = body && { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${intune?.controlUrl}${path}`, init);
  if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
  return await response.json();
};

/**
 * Length of the part of a challenge that counts as a secret, so that truncated copies are found.
 */
const canaryCharacters = 48;

/** Requests a challenge for a request with these names, and records it as a secret. */
export const challengeFor = async (facts: StackFacts, expected: object): Promise<string> => {
  const { challenge } = (await ask(facts, '/challenges', expected)) as { challenge: string };
  asSecret(facts, challenge.slice(0, canaryCharacters));
  return challenge;
};

/** Makes the next calls of an operation fail. */
export const fail = async (
  facts: StackFacts,
  operation: string,
  fault: object,
  times = 1,
): Promise<void> => {
  await ask(facts, '/faults', { operation, fault, times });
};

/** The notifications to the tenant, in order. */
export const notificationsOf = async (facts: StackFacts): Promise<readonly Notification[]> =>
  ((await ask(facts, '/notifications')) as { notifications: readonly Notification[] })
    .notifications;

/** Requests a revocation, runs the schedule and waits for the results. */
export const revocationOf = async (
  facts: StackFacts,
  serialNumber: unknown,
): Promise<readonly unknown[]> => {
  const { requestContext } = (await ask(facts, '/revocations', { serialNumber })) as {
    requestContext: string;
  };
  process.kill(Number(readFileSync(join(facts.stateDirectory, 'lock'), 'utf8')), 'SIGUSR2');
  const deadline = Date.now() + 30_000;
  for (;;) {
    const results = (await ask(facts, '/revocation-results')) as Record<string, unknown[]>;
    if (results[requestContext]) return results[requestContext];
    if (Date.now() > deadline) throw new Error('no result of the revocation came in 30 s');
    await sleepMilliseconds(200);
  }
};

/** The client secret of the application, and what all access tokens begin with. */
export const tenantSecretsOf = ({ stateDirectory }: StackFacts): readonly string[] => {
  const path = join(stateDirectory, 'intune', 'registration.json');
  const { clientSecret } = JSON.parse(readFileSync(path, 'utf8')) as { clientSecret: string };
  return [clientSecret, 'emulated-token.'];
};

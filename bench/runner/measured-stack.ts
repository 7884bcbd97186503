/**
 * The whole app in this process, from its synthesized template, with hooks around every call and
 * invocation.
 */

import { buildChallengeRequest } from '../../lib/admin-client/challenge-request.ts';
import { prepareRunInfo } from '../../lib/local/run-info.ts';
import { type LocalStackOptions, startLocalStack } from '../../lib/local/stack.ts';
import { createStateDirectory } from '../../lib/local/state-directory.ts';
import { getCaCert } from '../../lib/scep-client/ca-certificates.ts';
import type { Recipient } from '../requests.ts';
import type { Workspace } from '../workspace.ts';
import { intuneMilliseconds } from './latencies.ts';

/** A running stack. */
export interface MeasuredStack {
  readonly scepUrl: string;
  /**
   * The recipient and one-time challenge of each request. Under Intune the tenant creates the
   * challenges.
   */
  readonly recipient: (requests: number) => Promise<Recipient>;
  readonly logsDirectory: string;
  readonly awsEndpoints: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

type Hooks = Pick<
  LocalStackOptions,
  'aroundCall' | 'aroundInvocation' | 'pcaDelaySeconds' | 'isIntune'
>;

/**
 * Starts the stack with a CA rate that does not limit it. With `isIntune` the requests go to the
 * emulated tenant's connector.
 */
export async function startMeasuredStack(
  workspace: Workspace,
  hooks: Hooks,
): Promise<MeasuredStack> {
  const state = createStateDirectory(workspace.directory(`stack-${performance.now()}`));
  const stack = await startLocalStack({
    assembly: (tenant) => workspace.assembly(tenant),
    stateDirectory: state.root,
    pcaRatePerSecond: 1000,
    ...hooks,
  });
  const { intune, adminUrl, connectorId, ...introduced } = await prepareRunInfo(
    stack,
    state.challenge,
  );
  const scepUrl = intune?.scepUrl ?? introduced.scepUrl;
  if (intune) await delayTenant(intune.controlUrl);
  const { recipient } = await getCaCert({ url: new URL(scepUrl) });
  return {
    scepUrl,
    recipient: async (requests) => ({
      raCertificate: new Uint8Array(recipient.raw),
      challenges: intune
        ? (subject) => createTenantChallenge(intune.controlUrl, subject)
        : await createOneTimeChallenges(requests, adminUrl, connectorId),
    }),
    logsDirectory: state.logs,
    awsEndpoints: stack.awsEndpoints,
    stop: stack.stop,
  };
}

/** Creates a challenge for this subject in the emulated tenant. */
async function createTenantChallenge(controlUrl: string, subject: string): Promise<string> {
  const { challenge } = await callTenant<{ challenge: string }>(controlUrl, '/challenges', {
    subject,
  });
  return challenge;
}

/** Delays the tenant's answer to both calls of an enrolment while the stack runs. */
async function delayTenant(controlUrl: string): Promise<void> {
  const fault = { kind: 'delay', milliseconds: intuneMilliseconds };
  for (const operation of ['validateRequest', 'successNotification'])
    await callTenant(controlUrl, '/faults', { operation, fault, times: 1e6 });
}

/** Calls the emulated tenant's control API; throws unless the status is 2xx. */
async function callTenant<Answer>(controlUrl: string, path: string, body: object): Promise<Answer> {
  const init = { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(`${controlUrl}${path}`, init);
  if (!response.ok) throw new Error(`the tenant: HTTP ${response.status}`);
  return (await response.json()) as Answer;
}

/** Creates challenges with the admin API; throws if it creates none. */
async function createOneTimeChallenges(
  count: number,
  adminUrl: string,
  connectorId: string,
): Promise<string[]> {
  const passwords: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const response = await fetch(`${adminUrl}/challenges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(buildChallengeRequest(connectorId, {}, Date.now() / 1000)),
    });
    const { Challenge } = (await response.json()) as {
      readonly Challenge?: { readonly Password: string };
    };
    if (Challenge === undefined) throw new Error(`no challenge: HTTP ${response.status}`);
    passwords.push(Challenge.Password);
  }
  return passwords;
}

/** The whole app in this process, from its synthesized template, with hooks around every call and every invocation. */
import { getCaCert } from '../../lib/client/ca-certificates.ts';
import { challengeRequest } from '../../lib/client/challenge-request.ts';
import { introduce } from '../../lib/local/introduction.ts';
import { type LocalStackOptions, startLocalStack } from '../../lib/local/stack.ts';
import { stateDirectory } from '../../lib/local/state-directory.ts';
import type { Recipient } from '../requests.ts';
import type { Workspace } from '../workspace.ts';

/** A running stack. */
export interface MeasuredStack {
  readonly scepUrl: string;
  /** Where requests go, each with a one-time challenge of its own. */
  readonly recipient: (requests: number) => Promise<Recipient>;
  readonly logsDirectory: string;
  readonly awsEndpoints: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

type Hooks = Pick<LocalStackOptions, 'aroundCall' | 'aroundInvocation' | 'pcaDelaySeconds'>;

/** Starts it; the CA's rate is no limit here. */
export async function startMeasuredStack(
  workspace: Workspace,
  hooks: Hooks,
): Promise<MeasuredStack> {
  const state = stateDirectory(workspace.directory(`stack-${performance.now()}`));
  const stack = await startLocalStack({
    assembly: await workspace.assembly(),
    stateDirectory: state.root,
    pcaRatePerSecond: 1000,
    ...hooks,
  });
  const { scepUrl, adminUrl, connectorId } = await introduce(stack, state.challenge);
  const { recipient } = await getCaCert({ url: new URL(scepUrl) });
  return {
    scepUrl,
    recipient: async (requests) => ({
      raCertificate: new Uint8Array(recipient.raw),
      challenges: await oneTimeChallenges(requests, adminUrl, connectorId),
    }),
    logsDirectory: state.logs,
    awsEndpoints: stack.awsEndpoints,
    stop: stack.stop,
  };
}

/** Made by the admin API; throws where it makes none. */
async function oneTimeChallenges(
  count: number,
  adminUrl: string,
  connectorId: string,
): Promise<string[]> {
  const passwords: string[] = [];
  for (let made = 0; made < count; made += 1) {
    const response = await fetch(`${adminUrl}/challenges`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(challengeRequest(connectorId, {}, Date.now() / 1000)),
    });
    const { Challenge } = (await response.json()) as {
      readonly Challenge?: { readonly Password: string };
    };
    if (Challenge === undefined) throw new Error(`no challenge: HTTP ${response.status}`);
    passwords.push(Challenge.Password);
  }
  return passwords;
}

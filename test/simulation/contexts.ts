/** Creates the contexts of the real modules, as lambda/handlers does. */
import { withheldDetailType } from '../../lambda/audit/settlement.ts';
import { runCertify } from '../../lambda/issuance/certify.ts';
import type { CertifyContext } from '../../lambda/issuance/context.ts';
import type { CertifyInput } from '../../lambda/issuance/task.ts';
import { defaultQuirks } from '../../lambda/message/quirks.ts';
import { defaultProfile } from '../../lambda/policy/profile.ts';
import type { AuditEvent } from '../../lambda/ports/history.ts';
import type { ScepContext } from '../../lambda/scep/context.ts';
import { resolveIntune } from '../../lib/cloud/declared-intune.ts';
import { memoryLimits } from '../support/fakes/memory-envelopes.ts';
import { certificateAuthorityArn } from '../support/fakes/test-connector.ts';
import { intuneDeclaration } from './definition.ts';
import { isBug, type Network, send } from './faults.ts';
import type { Ports } from './ports.ts';
import { connectorId, simulatedIdentity } from './requests.ts';
import type { Payload } from './state-machine.ts';
import { signingAlgorithm } from './truth.ts';
import type { WorldOptions } from './world.ts';

/** What all contexts share. */
export interface ContextParts {
  readonly network: Network;
  readonly nowMilliseconds: () => number;
  readonly nowSeconds: () => number;
  readonly isIntune: boolean;
}

const intuneSettings = resolveIntune(intuneDeclaration);

/** Creates the context of the scep function. */
export const createScepContext = (
  ports: Ports,
  { network, isIntune }: ContextParts,
  { waitSeconds, validityDays = 7 }: Pick<WorldOptions, 'waitSeconds' | 'validityDays'>,
): ScepContext => ({
  connectorId,
  settings: {
    profile: { ...defaultProfile, validityDays },
    ...{ quirks: defaultQuirks, waitSeconds, raValidityDays: 7 },
    signingAlgorithm,
    ...(isIntune && { intune: intuneSettings }),
  },
  keys: ports.keys,
  identities: [simulatedIdentity],
  newestIdentities: async () => [simulatedIdentity],
  enrolments: ports.enrolments,
  ...(isIntune && { intune: ports.intune, verdicts: ports.verdicts }),
  envelopes: ports.envelopes,
  limits: memoryLimits(),
  workflow: ports.workflow,
  clock: ports.clock,
  random: network.dice.octets,
});

/** How long Certify waits for the event bus, in milliseconds (handlers/certify.ts). */
const maxEventMilliseconds = 1500;

/** Runs Certify once. */
export async function runCertifyTask(
  input: CertifyInput,
  ports: Ports,
  { network, isIntune, onWithheld }: ContextParts & { readonly onWithheld: () => void },
): Promise<Payload> {
  const { trace, time, dice } = network;
  const { caller } = ports;
  const publish = async ({ detailType }: AuditEvent): Promise<void> => {
    const taken = send(network, caller, { name: 'Events.publish' }, async () => {
      if (detailType === withheldDetailType) onWithheld();
    }).catch((error) => {
      if (isBug(error)) throw error;
    });
    await Promise.race([taken, time.sleep(maxEventMilliseconds)]);
  };
  const context: CertifyContext = {
    ...{ connectorId, signingAlgorithm, certificateAuthorityArn, publish },
    ...{ keys: ports.keys, attempts: ports.attempts, rateLimiter: ports.rateLimiter },
    ...{ ca: ports.ca, clock: ports.clock, random: dice.octets },
    ...(isIntune && { intune: ports.intune }),
    arnPrefix: 'arn:aws:pca-connector-scep:eu-west-1:111122223333',
    log: (fields) => trace.note(`${caller.label} log ${JSON.stringify(fields)}`),
  };
  return { ...(await runCertify(input, context)) };
}

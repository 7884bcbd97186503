/** The Certify function, which runs one round of the issuance workflow's loop. */
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { runBestEffort } from '../audit/best-effort.ts';
import { clientDefaults, sentOnce } from '../aws/client-defaults.ts';
import { createIssuanceKeySource } from '../aws/connector-keys.ts';
import { createDynamoAttempts } from '../aws/dynamo-attempts.ts';
import { createDynamoRateLimiter } from '../aws/dynamo-rate-limiter.ts';
import { createEventBridge } from '../aws/event-bridge.ts';
import { createPrivateCa } from '../aws/private-ca.ts';
import { readConnectorSettings, requireSetting } from '../config/configuration.ts';
import { createPace } from '../core/pace.ts';
import { runCertify } from '../issuance/certify.ts';
import type { CertifyContext } from '../issuance/context.ts';
import { usualCaMilliseconds } from '../issuance/retrieve.ts';
import type { CertifyInput, CertifyResult } from '../issuance/task.ts';
import type { Intune } from '../ports/intune.ts';
import { readEnrolmentTables } from './enrolment-tables.ts';
import { boundToInvocation, getRemainingMilliseconds } from './invocation.ts';
import { withLog } from './logged.ts';
import { getRandomOctets, systemClock } from './system.ts';

const connectorId = requireSetting('connectorId');
const settings = readConnectorSettings();
const certificateAuthorityArn = requireSetting('certificateAuthority');
const dynamo = boundToInvocation('dynamodb', new DynamoDBClient(clientDefaults));
const secrets = boundToInvocation('secrets-manager', new SecretsManagerClient(clientDefaults));
const keys = createIssuanceKeySource(secrets, connectorId, {
  lookup: requireSetting('lookupSecret'),
  issuance: requireSetting('issuanceSecret'),
});

/** Loads Intune for an Intune connector only, so that other cold starts load no OAuth and JOSE. */
async function loadIntune(): Promise<Intune | undefined> {
  if (settings.intune === undefined) return undefined;
  const { createIntuneFromSettings } = await import('./intune.ts');
  return createIntuneFromSettings(settings.intune);
}

/** The longest wait for the event bus. The certificate is settled before its event. */
const maxEventMilliseconds = 1500;
const events = createEventBridge(requireSetting('eventBus'), getRemainingMilliseconds);

const intune = await loadIntune();
const context: Omit<CertifyContext, 'keys' | 'log' | 'publish'> = {
  connectorId,
  signingAlgorithm: settings.signingAlgorithm,
  attempts: createDynamoAttempts(dynamo, readEnrolmentTables(), {
    connectorId,
    nowSeconds: systemClock.nowSeconds,
  }),
  rateLimiter: createDynamoRateLimiter(dynamo, requireSetting('certificatesTable'), {
    perSecond: Number(requireSetting('certificatesPerSecond')),
  }),
  ca: createPrivateCa(
    boundToInvocation('acm-pca', new ACMPCAClient(sentOnce)),
    certificateAuthorityArn,
  ),
  ...(intune && { intune }),
  pace: createPace(usualCaMilliseconds, { min: 10, max: usualCaMilliseconds }),
  clock: systemClock,
  random: getRandomOctets,
  arnPrefix: requireSetting('arnPrefix'),
  certificateAuthorityArn,
};

export const handler = withLog(
  ({ enrolmentId, attempt }: CertifyInput) => ({
    event: 'issuance',
    connectorId,
    enrolmentId,
    attempt,
  }),
  async (input, log): Promise<CertifyResult> =>
    runCertify(input, {
      ...context,
      keys: await keys(),
      publish: (event) =>
        runBestEffort('event', maxEventMilliseconds, () => events.publish(event), log),
      log,
    }),
);

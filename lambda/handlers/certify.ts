/** The Certify function: one round of the issuance workflow's loop. */
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { bestEffort } from '../audit/best-effort.ts';
import { clientDefaults, sentOnce } from '../aws/client-defaults.ts';
import { issuanceKeys } from '../aws/connector-keys.ts';
import { dynamoAttempts } from '../aws/dynamo-attempts.ts';
import { dynamoRateLimiter } from '../aws/dynamo-rate-limiter.ts';
import { eventBridge } from '../aws/event-bridge.ts';
import { privateCa } from '../aws/private-ca.ts';
import { connectorSettings, setting } from '../config/configuration.ts';
import { createPace } from '../core/pace.ts';
import { certify } from '../issuance/certify.ts';
import type { CertifyContext } from '../issuance/context.ts';
import { usualCaMilliseconds } from '../issuance/retrieve.ts';
import type { CertifyInput, CertifyResult } from '../issuance/task.ts';
import type { Intune } from '../ports/intune.ts';
import { enrolmentTables } from './enrolment-tables.ts';
import { bounded, remainingMilliseconds } from './invocation.ts';
import { logged } from './logged.ts';
import { systemClock, systemRandom } from './system.ts';

const connectorId = setting('connectorId');
const settings = connectorSettings();
const certificateAuthorityArn = setting('certificateAuthority');
const dynamo = bounded('dynamodb', new DynamoDBClient(clientDefaults));
const secrets = bounded('secrets-manager', new SecretsManagerClient(clientDefaults));
const keys = issuanceKeys(secrets, connectorId, {
  lookup: setting('lookupSecret'),
  issuance: setting('issuanceSecret'),
});

/**
 * Loaded for an Intune connector alone, so that other cold starts do not pay for OAuth and JOSE.
 */
async function loadedIntune(): Promise<Intune | undefined> {
  if (settings.intune === undefined) return undefined;
  const { intuneOf } = await import('./intune-of.ts');
  return intuneOf(settings.intune);
}

/** The certificate is settled before its event, so a bus that hangs holds nothing back. */
const maxEventMilliseconds = 1500;
const events = eventBridge(setting('eventBus'), remainingMilliseconds);

const intune = await loadedIntune();
const context: Omit<CertifyContext, 'keys' | 'log' | 'publish'> = {
  connectorId,
  signingAlgorithm: settings.signingAlgorithm,
  attempts: dynamoAttempts(dynamo, enrolmentTables(), {
    connectorId,
    nowSeconds: systemClock.nowSeconds,
  }),
  rateLimiter: dynamoRateLimiter(dynamo, setting('certificatesTable'), {
    perSecond: Number(setting('certificatesPerSecond')),
  }),
  ca: privateCa(bounded('acm-pca', new ACMPCAClient(sentOnce)), certificateAuthorityArn),
  ...(intune && { intune }),
  pace: createPace(usualCaMilliseconds, { min: 10, max: usualCaMilliseconds }),
  clock: systemClock,
  random: systemRandom,
  arnPrefix: setting('arnPrefix'),
  certificateAuthorityArn,
};

export const handler = logged(
  ({ enrolmentId, attempt }: CertifyInput) => ({
    event: 'issuance',
    connectorId,
    enrolmentId,
    attempt,
  }),
  async (input, log): Promise<CertifyResult> =>
    certify(input, {
      ...context,
      keys: await keys(),
      publish: (event) =>
        bestEffort('event', maxEventMilliseconds, () => events.publish(event), log),
      log,
    }),
);

/** The rotation function of the RA secret. */
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientDefaults } from '../aws/client-defaults.ts';
import { createDynamoRateLimiter } from '../aws/dynamo-rate-limiter.ts';
import { createPrivateCa } from '../aws/private-ca.ts';
import { createRotatingSecret } from '../aws/rotating-secret.ts';
import { readConnectorSettings, requireSetting } from '../config/configuration.ts';
import { type RotationEvent, rotate } from '../ra/rotate.ts';
import { boundToInvocation } from './invocation.ts';
import { withLog } from './logged.ts';
import { systemClock } from './system.ts';

const connectorId = requireSetting('connectorId');
const { raValidityDays, signingAlgorithm } = readConnectorSettings();
const secrets = boundToInvocation('secrets-manager', new SecretsManagerClient(clientDefaults));
const ca = createPrivateCa(
  boundToInvocation('acm-pca', new ACMPCAClient(clientDefaults)),
  requireSetting('certificateAuthority'),
);
const rateLimiter = createDynamoRateLimiter(
  boundToInvocation('dynamodb', new DynamoDBClient(clientDefaults)),
  requireSetting('certificatesTable'),
  { perSecond: Number(requireSetting('certificatesPerSecond')) },
);

// An error is thrown, so that Secrets Manager retries the step and its console shows a failed
// rotation.
export const handler = withLog(
  ({ Step }: RotationEvent) => ({ event: 'ra-rotation', connectorId, step: Step }),
  async (event, log) => {
    const secret = createRotatingSecret(secrets, event.SecretId);
    const settings = { connectorId, raValidityDays, signingAlgorithm };
    await rotate(event, { ...settings, secret, ca, rateLimiter, clock: systemClock });
    log({ outcome: 'done' });
  },
);

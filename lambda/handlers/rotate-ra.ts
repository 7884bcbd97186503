/** The rotation function of the RA secret. */
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientDefaults } from '../aws/client-defaults.ts';
import { dynamoRateLimiter } from '../aws/dynamo-rate-limiter.ts';
import { privateCa } from '../aws/private-ca.ts';
import { rotatingSecret } from '../aws/rotating-secret.ts';
import { connectorSettings, setting } from '../config/configuration.ts';
import { type RotationEvent, rotate } from '../ra/rotate.ts';
import { bounded } from './invocation.ts';
import { logged } from './logged.ts';
import { systemClock } from './system.ts';

const connectorId = setting('connectorId');
const { raValidityDays, signingAlgorithm } = connectorSettings();
const secrets = bounded('secrets-manager', new SecretsManagerClient(clientDefaults));
const ca = privateCa(
  bounded('acm-pca', new ACMPCAClient(clientDefaults)),
  setting('certificateAuthority'),
);
const rateLimiter = dynamoRateLimiter(
  bounded('dynamodb', new DynamoDBClient(clientDefaults)),
  setting('certificatesTable'),
  { perSecond: Number(setting('certificatesPerSecond')) },
);

// An error is thrown on, so that Secrets Manager tries again and its console shows a failed
// rotation.
export const handler = logged(
  ({ Step }: RotationEvent) => ({ event: 'ra-rotation', connectorId, step: Step }),
  async (event, log) => {
    const secret = rotatingSecret(secrets, event.SecretId);
    const clock = systemClock;
    await rotate(event, {
      ...{ connectorId, raValidityDays, signingAlgorithm },
      ...{ secret, ca, rateLimiter, clock },
    });
    log({ outcome: 'done' });
  },
);

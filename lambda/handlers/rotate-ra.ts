/** The rotation function of the RA secret. */
import { ACMPCAClient } from '@aws-sdk/client-acm-pca';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import middy from '@middy/core';
import { clientDefaults } from '../aws/client-defaults.ts';
import { privateCa } from '../aws/private-ca.ts';
import { rotatingSecret } from '../aws/rotating-secret.ts';
import { type RotationEvent, rotate } from '../rotation/rotate.ts';
import { connectorSettings, setting } from './configuration.ts';
import { logLine } from './log-line.ts';
import { systemClock } from './system.ts';

const connectorId = setting('connectorId');
const { raValidityDays, signingAlgorithm } = connectorSettings();
const secrets = new SecretsManagerClient(clientDefaults);
const ca = privateCa(new ACMPCAClient(clientDefaults), setting('certificateAuthority'));

const log = (step: string, fields: object): void =>
  logLine({ event: 'ra-rotation', connectorId, step, ...fields });

export const handler = middy<RotationEvent, void>()
  .onError(({ event, error }) => {
    // Thrown on, so that Secrets Manager tries again and its console shows a failed rotation; its name alone.
    log(event.Step, { outcome: 'failed', code: error?.name ?? 'Unknown' });
    throw new Error(error?.name ?? 'Unknown');
  })
  .handler(async (event) => {
    const secret = rotatingSecret(secrets, event.SecretId);
    const clock = systemClock;
    await rotate(event, { connectorId, raValidityDays, signingAlgorithm, secret, ca, clock });
    log(event.Step, { outcome: 'done' });
  });

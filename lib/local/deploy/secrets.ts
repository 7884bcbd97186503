/** Secrets and their rotation schedules. */
import { generateSecretString } from '../emulators/secrets-manager/random-password.ts';
import { readRotationPeriodSeconds } from '../emulators/secrets-manager/schedule.ts';
import type { Resource } from '../template/resources.ts';
import type { Deployment } from './deployment.ts';

type Properties = Readonly<Record<string, unknown>>;

/** Creates the missing secrets and sets every schedule. Rotates nothing yet. */
export const deploySecrets = ({ resources, secretsManager }: Deployment): void => {
  for (const resource of resources.ofType('AWS::SecretsManager::Secret')) {
    const { reference, physicalName } = resource;
    secretsManager.ensureSecret(reference, physicalName, () => createInitialText(resource));
  }
  for (const { properties, where } of resources.ofType('AWS::SecretsManager::RotationSchedule')) {
    const everySeconds = readRotationPeriodSeconds(
      (properties.RotationRules ?? {}) as Properties,
      where,
    );
    const functionArn = String(properties.RotationLambdaARN);
    const isImmediate = properties.RotateImmediatelyOnUpdate !== false;
    secretsManager.ensureRotation(
      String(properties.SecretId),
      { functionArn, everySeconds },
      isImmediate,
    );
  }
};

const createInitialText = ({ properties }: Resource): string => {
  const { SecretString, GenerateSecretString } = properties;
  return SecretString === undefined
    ? generateSecretString((GenerateSecretString ?? {}) as Properties)
    : String(SecretString);
};

/** Secrets and their rotation schedules. */
import { generateSecretString } from '../emulators/secrets-manager/random-password.ts';
import { readRotationPeriodSeconds } from '../emulators/secrets-manager/schedule.ts';
import { canServiceInvoke, type ServiceInvocation } from '../permissions/resource-policy.ts';
import type { Resource, Resources } from '../template/resources.ts';
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
    const secretId = String(properties.SecretId);
    refuseUninvokable(resources, { functionArn, sourceArn: secretId }, where);
    const isImmediate = properties.RotateImmediatelyOnUpdate !== false;
    secretsManager.ensureRotation(secretId, { functionArn, everySeconds }, isImmediate);
  }
};

/** Secrets Manager refuses a rotation function that it may not invoke. */
const refuseUninvokable = (
  resources: Resources,
  invocation: Omit<ServiceInvocation, 'service'>,
  where: string,
): void => {
  const service = 'secretsmanager.amazonaws.com';
  if (canServiceInvoke(resources, { service, ...invocation })) return;
  throw new Error(`${where}: ${service} may not invoke ${invocation.functionArn}`);
};

const createInitialText = ({ properties }: Resource): string => {
  const { SecretString, GenerateSecretString } = properties;
  return SecretString === undefined
    ? generateSecretString((GenerateSecretString ?? {}) as Properties)
    : String(SecretString);
};

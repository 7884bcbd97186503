/** The part of Secrets Manager (2017-10-17) that the app uses. */
import type { Invoke } from '../functions/invocation.ts';
import type { AwsService } from './aws-service.ts';
import { createSecretsManagerOperations } from './secrets-manager/operations.ts';
import { createRotations, type Rotations } from './secrets-manager/rotation.ts';
import { createSecret, openSecrets, type Rotation } from './secrets-manager/secrets.ts';

/** The secrets' file, and the invocation of rotation functions. */
export interface SecretsManagerOptions {
  readonly path: string;
  readonly invoke: (functionArn: string) => Invoke;
  readonly now?: () => number;
  /** Receives failed rotations; the console by default. */
  readonly report?: (message: string) => void;
}

/** The emulator, and the additional operations for deploying a template. */
export interface SecretsManager extends AwsService {
  readonly rotations: Rotations;
  /** Creates the secret if it is missing; an existing one keeps its versions. */
  readonly ensureSecret: (arn: string, name: string, makeText: () => string) => void;
  /**
   * Sets a secret's rotation. A new schedule, or one with another function or period, is due at
   * once if `isImmediate`, like CloudFormation's RotateImmediatelyOnUpdate. Otherwise it is due
   * after its period. An unchanged schedule is kept.
   */
  readonly ensureRotation: (
    secretId: string,
    rotation: Pick<Rotation, 'functionArn' | 'everySeconds'>,
    isImmediate: boolean,
  ) => void;
}

/** Opens the secrets and creates the emulator. */
export const createSecretsManager = (options: SecretsManagerOptions): SecretsManager => {
  const now = options.now ?? Date.now;
  const nowSeconds = (): number => Math.floor(now() / 1000);
  const secrets = openSecrets(options.path);
  const rotations = createRotations({
    secrets,
    invoke: options.invoke,
    now,
    report: options.report ?? console.error,
  });
  return {
    name: 'Secrets Manager',
    targetPrefix: 'secretsmanager',
    operations: createSecretsManagerOperations(secrets, rotations, nowSeconds),
    rotations,
    ensureSecret: (arn, name, makeText) => {
      if (!secrets.has(arn)) secrets.keep(createSecret(arn, name, makeText(), nowSeconds()));
    },
    ensureRotation: (secretId, { functionArn, everySeconds }, isImmediate) => {
      const secret = secrets.find(secretId);
      const known = secret.rotation;
      const isSame = known?.everySeconds === everySeconds && known.functionArn === functionArn;
      const afresh = isImmediate ? 0 : (known?.lastRotatedAtSeconds ?? nowSeconds()) + everySeconds;
      const nextRotationAtSeconds = isSame ? known.nextRotationAtSeconds : afresh;
      secrets.keep({
        ...secret,
        rotation: { ...known, functionArn, everySeconds, nextRotationAtSeconds },
      });
    },
  };
};

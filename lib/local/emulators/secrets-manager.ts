/** Secrets Manager (2017-10-17), as much as the app uses. */
import type { Invoke } from '../functions/invocation.ts';
import type { AwsService } from './aws-service.ts';
import { secretsManagerOperations } from './secrets-manager/operations.ts';
import { createRotations, type Rotations } from './secrets-manager/rotation.ts';
import { newSecret, openSecrets, type Rotation } from './secrets-manager/secrets.ts';

/** Where the secrets are kept, and how rotation functions are invoked. */
export interface SecretsManagerOptions {
  readonly path: string;
  readonly invoke: (functionArn: string) => Invoke;
  readonly now?: () => number;
  /** Told of rotations that failed; the console by default. */
  readonly report?: (message: string) => void;
}

/** The emulator, and what deploying a template needs beside its operations. */
export interface SecretsManager extends AwsService {
  readonly rotations: Rotations;
  /** Makes the secret where there is none; one that is there keeps its versions. */
  readonly ensureSecret: (arn: string, name: string, makeText: () => string) => void;
  /**
   * Sets how a secret is rotated. A schedule that is new, or whose function or period changed, is
   * due at once if `isImmediate`, as CloudFormation's RotateImmediatelyOnUpdate has it, and after
   * its period if not; one that did not change stays as it is.
   */
  readonly ensureRotation: (
    secretId: string,
    rotation: Pick<Rotation, 'functionArn' | 'everySeconds'>,
    isImmediate: boolean,
  ) => void;
}

/** Opens the secrets. */
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
    operations: secretsManagerOperations(secrets, rotations, nowSeconds),
    rotations,
    ensureSecret: (arn, name, makeText) => {
      if (!secrets.has(arn)) secrets.keep(newSecret(arn, name, makeText(), nowSeconds()));
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

/** A Secrets Manager for a test. */
import { join } from 'node:path';
import { type Json, runOperation } from '../../../lib/local/emulators/aws-service.ts';
import {
  createSecretsManager,
  type SecretsManager,
} from '../../../lib/local/emulators/secrets-manager.ts';
import type { InvocationResult } from '../../../lib/local/functions/invocation.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** The secret of these tests. */
export const arn = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:ra-abcdef';
/** A version's id. */
export const token = 'a1b2c3d4-0000-4000-8000-000000000001';
export const daySeconds = 86_400;

type RotationEvent = { readonly Step: string; readonly ClientRequestToken: string };
/** A substitute for the rotation function. */
export type RotationFunction = (manager: SecretsManager, event: RotationEvent) => Promise<void>;

/** The minimum that a rotation function must do. */
export const rotates: RotationFunction = async (manager, { Step, ClientRequestToken }) => {
  const id = { SecretId: arn, ClientRequestToken };
  if (Step === 'createSecret') {
    await runOperation(manager, 'PutSecretValue', {
      ...id,
      SecretString: 'new',
      VersionStages: ['AWSPENDING'],
    });
  }
  if (Step !== 'finishSecret') return;
  const { VersionIdsToStages } = await describeSecret(manager);
  const from = Object.entries(VersionIdsToStages).find(([, stages]) =>
    stages.includes('AWSCURRENT'),
  )?.[0];
  await runOperation(manager, 'UpdateSecretVersionStage', {
    SecretId: arn,
    VersionStage: 'AWSCURRENT',
    MoveToVersionId: ClientRequestToken,
    RemoveFromVersionId: from,
  });
};

/** Calls DescribeSecret for the secret. */
export const describeSecret = async (manager: SecretsManager) =>
  (await runOperation(manager, 'DescribeSecret', { SecretId: arn })) as {
    VersionIdsToStages: Record<string, string[]>;
    RotationEnabled: boolean;
  };

/** Creates a Secrets Manager with one secret, and records the events of its rotation function. */
export const setUp = ({
  directory = temporaryDirectory(),
  now = (): number => 1_000_000_000_000,
  rotate = rotates,
} = {}) => {
  const events: RotationEvent[] = [];
  const invoke =
    () =>
    async (event: unknown): Promise<InvocationResult> => {
      events.push(event as RotationEvent);
      try {
        await rotate(manager, event as RotationEvent);
        return { ok: true, payload: 'null' };
      } catch (error) {
        return { ok: false, error: { errorType: 'Error', errorMessage: String(error) } };
      }
    };
  const path = join(directory, 'secrets.json');
  const manager = createSecretsManager({ path, invoke, now, report: () => {} });
  manager.ensureSecret(arn, 'ra', () => 'first');
  const value = async (input: Json = {}) =>
    (await runOperation(manager, 'GetSecretValue', { SecretId: arn, ...input })) as {
      SecretString: string;
      VersionId: string;
    };
  return { manager, events, value, path, directory };
};

/** A period of three days. */
export const schedule = { functionArn: 'fn', everySeconds: 3 * daySeconds };

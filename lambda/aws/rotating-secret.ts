/** A secret that Secrets Manager rotates. */
import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
  UpdateSecretVersionStageCommand,
} from '@aws-sdk/client-secrets-manager';
import type { RotatingSecret } from '../ra/rotate.ts';

/** The port on one secret. */
export const createRotatingSecret = (
  client: SecretsManagerClient,
  SecretId: string,
): RotatingSecret => ({
  pending: async (VersionId) => {
    try {
      // Read by its id alone, because Secrets Manager can repeat a step after finishSecret. The
      // stage AWSPENDING is then removed.
      const command = new GetSecretValueCommand({ SecretId, VersionId });
      return (await client.send(command)).SecretString;
    } catch (error) {
      // Secrets Manager creates the version without a text; putPending writes ours.
      if (error instanceof ResourceNotFoundException) return undefined;
      throw error;
    }
  },
  putPending: async (ClientRequestToken, SecretString) => {
    const VersionStages = ['AWSPENDING'];
    await client.send(
      new PutSecretValueCommand({ SecretId, ClientRequestToken, SecretString, VersionStages }),
    );
  },
  makeCurrent: async (token) => {
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }));
    const versions = Object.entries(VersionIdsToStages ?? {});
    const current = versions.find(([, stages]) => stages.includes('AWSCURRENT'))?.[0];
    if (current === token) return;
    await client.send(
      new UpdateSecretVersionStageCommand({
        SecretId,
        VersionStage: 'AWSCURRENT',
        MoveToVersionId: token,
        RemoveFromVersionId: current,
      }),
    );
  },
});

/** The texts of secrets in Secrets Manager, by version. */
import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Fault } from '../core/errors.ts';

/** The stages of a secret's versions. */
export type VersionStage = 'AWSCURRENT' | 'AWSPREVIOUS' | 'AWSPENDING';

/** Fetches the text of a secret's version; undefined if no version has that stage. */
export async function readSecretText(
  client: SecretsManagerClient,
  secretId: string,
  stage: VersionStage = 'AWSCURRENT',
): Promise<string | undefined> {
  try {
    const command = new GetSecretValueCommand({ SecretId: secretId, VersionStage: stage });
    return (await client.send(command)).SecretString;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

/** Fetches the current text; throws `SecretMissing` (an outage) if the secret has no text. */
export async function requireSecretText(
  client: SecretsManagerClient,
  secretId: string,
): Promise<string> {
  const text = await readSecretText(client, secretId);
  if (text === undefined) throw new Fault('SecretMissing');
  return text;
}

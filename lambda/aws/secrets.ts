/**
 * Secrets Manager: texts by version, fetched once and kept by a warm function while they are fresh.
 */

import {
  GetSecretValueCommand,
  ResourceNotFoundException,
  type SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { Fault } from '../core/errors.ts';

export type VersionStage = 'AWSCURRENT' | 'AWSPREVIOUS' | 'AWSPENDING';

/** The text of a secret's version; undefined where no version has that stage. */
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

/** The same; a secret without text is an outage. */
export async function requireSecretText(
  client: SecretsManagerClient,
  secretId: string,
): Promise<string> {
  const text = await readSecretText(client, secretId);
  if (text === undefined) throw new Fault('SecretMissing');
  return text;
}

/** The secret of an Intune connector, which an operator stores in Secrets Manager. */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Fault } from '../core/errors.ts';
import { requireSecretText } from './secrets.ts';

/**
 * Creates a source of the secret. It is read for each token, so every function uses a replaced
 * secret within an hour. Throws `IntuneSecretIsEmpty` until an operator has stored the secret
 * (docs/runbook.md).
 */
export const createIntuneSecretSource =
  (client: SecretsManagerClient, secretArn: string): (() => Promise<string>) =>
  async () => {
    const text = (await requireSecretText(client, secretArn)).trim();
    if (text === '' || text.startsWith('{"placeholder"')) throw new Fault('IntuneSecretIsEmpty');
    return text;
  };

/** A certificate and its key, both as PEM. */
interface ClientCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/**
 * Parses the JSON of a certificate and its key. Throws `IntuneSecretIsNoCertificate` for any other
 * text, and quotes no part of it.
 */
export function parseClientCertificate(text: string): ClientCertificate {
  const { certificatePem, privateKeyPem } = parseMembers(text);
  if (typeof certificatePem !== 'string' || typeof privateKeyPem !== 'string')
    throw new Fault('IntuneSecretIsNoCertificate');
  return { certificatePem, privateKeyPem };
}

function parseMembers(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    throw new Fault('IntuneSecretIsNoCertificate');
  }
}

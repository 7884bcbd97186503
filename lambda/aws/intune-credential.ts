/** The secret of an Intune connector, as an operator has put it into Secrets Manager. */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { Fault } from '../core/errors.ts';
import { requireSecretText } from './secrets.ts';

/**
 * Read again for each token, so that a replaced secret is in use everywhere after an hour. Throws
 * `IntuneSecretIsEmpty` until an operator has filled it in (docs/runbook.md).
 */
export const createIntuneSecretSource =
  (client: SecretsManagerClient, secretArn: string): (() => Promise<string>) =>
  async () => {
    const text = (await requireSecretText(client, secretArn)).trim();
    if (text === '' || text.startsWith('{"placeholder"')) throw new Fault('IntuneSecretIsEmpty');
    return text;
  };

/** A certificate and its key, both PEM. */
interface ClientCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/**
 * Reads the JSON of a certificate and a key; throws `IntuneSecretIsNoCertificate` for anything
 * else, and quotes none of it.
 */
export function parseClientCertificate(text: string): ClientCertificate {
  const { certificatePem, privateKeyPem } = membersOf(text);
  if (typeof certificatePem !== 'string' || typeof privateKeyPem !== 'string')
    throw new Fault('IntuneSecretIsNoCertificate');
  return { certificatePem, privateKeyPem };
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    throw new Fault('IntuneSecretIsNoCertificate');
  }
}

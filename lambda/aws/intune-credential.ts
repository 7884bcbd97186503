/** The secret of an Intune connector, as an operator has put it into Secrets Manager. */
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { requiredSecretText } from './secrets.ts';

/** Read anew for each token: an hour after an operator has replaced it, the new one is in use everywhere. */
export const intuneSecret =
  (client: SecretsManagerClient, secretArn: string): (() => Promise<string>) =>
  async () => {
    const text = (await requiredSecretText(client, secretArn)).trim();
    if (text === '' || text.startsWith('{"placeholder"')) throw new IntuneSecretIsEmpty();
    return text;
  };

/** A certificate and its key, both PEM. */
interface ClientCertificate {
  readonly certificatePem: string;
  readonly privateKeyPem: string;
}

/** A certificate out of a secret's text; throws for anything else, without quoting it. */
export function clientCertificateOf(text: string): ClientCertificate {
  const { certificatePem, privateKeyPem } = membersOf(text);
  if (typeof certificatePem !== 'string' || typeof privateKeyPem !== 'string')
    throw new IntuneSecretIsNoCertificate();
  return { certificatePem, privateKeyPem };
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    return { ...JSON.parse(text) };
  } catch {
    throw new IntuneSecretIsNoCertificate();
  }
}

/** Nobody has filled it in yet (docs/runbook.md). An outage: nothing is known of any device. */
class IntuneSecretIsEmpty extends Error {
  override readonly name = 'IntuneSecretIsEmpty';
}

/** Not JSON of a certificate and a key. */
class IntuneSecretIsNoCertificate extends Error {
  override readonly name = 'IntuneSecretIsNoCertificate';
}

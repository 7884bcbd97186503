/** The Intune of a connector, put together from its settings, its secret or its role. */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientDefaults } from '../aws/client-defaults.ts';
import { clientCertificateOf, intuneSecret } from '../aws/intune-credential.ts';
import { setting } from '../config/configuration.ts';
import type { IntuneSettings } from '../config/settings.ts';
import {
  type Credential,
  createAssertionCredential,
  createCertificateCredential,
  createSecretCredential,
} from '../intune/credential.ts';
import { intune } from '../intune/intune.ts';
import type { Intune } from '../ports/intune.ts';
import type { IntuneRevocations } from '../ports/revocations.ts';
import { bounded, remainingMilliseconds } from './invocation.ts';

/** Names our calls in Microsoft's logs. */
const callerInfo = 'scep-connector 0.1.0';

/**
 * The CA configuration that a success notification names and a revocation request returns. It names
 * this connector on this CA, because the tenant may have others.
 */
export const caConfigurationOf = (connectorId: string, certificateAuthority: string): string =>
  `${connectorId}@${certificateAuthority}`;

/** The ports, for the function's lifetime: tokens and addresses are kept in them. */
export function intuneOf(settings: IntuneSettings): Intune & IntuneRevocations {
  const certificateAuthority = setting('certificateAuthority');
  return intune({
    cloud: settings.cloud,
    tenantId: settings.tenantId,
    clientId: settings.applicationId,
    credential: credentials[settings.authentication](settings),
    callerInfo,
    caConfiguration: caConfigurationOf(setting('connectorId'), certificateAuthority),
    certificateAuthority,
    remainingMilliseconds,
  });
}

const credentials: Readonly<
  Record<IntuneSettings['authentication'], (settings: IntuneSettings) => Credential>
> = {
  clientSecret: () => createSecretCredential(secretText()),
  certificate: () => {
    const text = secretText();
    return createCertificateCredential(async () => clientCertificateOf(await text()));
  },
  federated: ({ cloud }) => {
    const options = {
      roleArn: setting('intuneIdentity'),
      audience: cloud.assertionAudience,
      remainingMilliseconds,
    };
    // STS's client, too, is loaded only where it is needed.
    return createAssertionCredential(async () =>
      (await import('../aws/web-identity.ts')).webIdentity(options)(),
    );
  },
};

const secretText = (): (() => Promise<string>) =>
  intuneSecret(
    bounded('secrets-manager', new SecretsManagerClient(clientDefaults)),
    setting('intuneSecret'),
  );

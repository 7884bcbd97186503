/** The Intune of a connector, put together from its settings, its secret or its role. */
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { clientDefaults } from '../aws/client-defaults.ts';
import { createIntuneSecretSource, parseClientCertificate } from '../aws/intune-credential.ts';
import { requireSetting } from '../config/configuration.ts';
import type { IntuneSettings } from '../config/settings.ts';
import {
  type Credential,
  createAssertionCredential,
  createCertificateCredential,
  createSecretCredential,
} from '../intune/credential.ts';
import { createIntune } from '../intune/intune.ts';
import type { Intune } from '../ports/intune.ts';
import type { IntuneRevocations } from '../ports/revocations.ts';
import { boundToInvocation, getRemainingMilliseconds } from './invocation.ts';

/** Names our calls in Microsoft's logs. */
const callerInfo = 'scep-connector 0.1.0';

/**
 * The CA configuration that a success notification names and a revocation request returns. It names
 * this connector on this CA, because the tenant may have others.
 */
export const formatCaConfiguration = (connectorId: string, certificateAuthority: string): string =>
  `${connectorId}@${certificateAuthority}`;

/** The ports, for the function's lifetime: tokens and addresses are kept in them. */
export function createIntuneFromSettings(settings: IntuneSettings): Intune & IntuneRevocations {
  const certificateAuthority = requireSetting('certificateAuthority');
  return createIntune({
    cloud: settings.cloud,
    tenantId: settings.tenantId,
    clientId: settings.applicationId,
    credential: credentials[settings.authentication](settings),
    callerInfo,
    caConfiguration: formatCaConfiguration(requireSetting('connectorId'), certificateAuthority),
    certificateAuthority,
    remainingMilliseconds: getRemainingMilliseconds,
  });
}

const credentials: Readonly<
  Record<IntuneSettings['authentication'], (settings: IntuneSettings) => Credential>
> = {
  clientSecret: () => createSecretCredential(secretText()),
  certificate: () => {
    const text = secretText();
    return createCertificateCredential(async () => parseClientCertificate(await text()));
  },
  federated: ({ cloud }) => {
    const options = {
      roleArn: requireSetting('intuneIdentity'),
      audience: cloud.assertionAudience,
      remainingMilliseconds: getRemainingMilliseconds,
    };
    // STS's client, too, is loaded only where it is needed.
    return createAssertionCredential(async () =>
      (await import('../aws/web-identity.ts')).createWebIdentity(options)(),
    );
  },
};

const secretText = (): (() => Promise<string>) =>
  createIntuneSecretSource(
    boundToInvocation('secrets-manager', new SecretsManagerClient(clientDefaults)),
    requireSetting('intuneSecret'),
  );

/** Builds the Intune client of a connector from its settings, and from its secret or role. */
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

/** Identifies our calls in Microsoft's logs. */
const callerInfo = 'scep-connector 0.1.0';

/**
 * The CA configuration of this connector on this CA. A success notification contains it, and a
 * revocation request returns it. The tenant may have other connectors.
 */
export const formatCaConfiguration = (connectorId: string, certificateAuthority: string): string =>
  `${connectorId}@${certificateAuthority}`;

/** Creates the ports once per environment, because they cache tokens and addresses. */
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
  clientSecret: () => createSecretCredential(createSecretSource()),
  certificate: () => {
    const readText = createSecretSource();
    return createCertificateCredential(async () => parseClientCertificate(await readText()));
  },
  federated: ({ cloud }) => {
    const options = {
      roleArn: requireSetting('intuneIdentity'),
      audience: cloud.assertionAudience,
      remainingMilliseconds: getRemainingMilliseconds,
    };
    // Loads the STS client only for a connector that needs it.
    return createAssertionCredential(async () =>
      (await import('../aws/web-identity.ts')).createWebIdentity(options)(),
    );
  },
};

const createSecretSource = (): (() => Promise<string>) =>
  createIntuneSecretSource(
    boundToInvocation('secrets-manager', new SecretsManagerClient(clientDefaults)),
    requireSetting('intuneSecret'),
  );

/** Microsoft's services on this machine, and a connector in the app that uses them. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { environment } from '../../../lambda/config/environment.ts';
import { clouds } from '../../../lambda/intune/cloud.ts';
import type { IntuneDeclaration } from '../../cloud/declared-intune.ts';
import type { Registration } from '../emulators/intune/registration.ts';
import { startIntune } from '../emulators/intune.ts';
import { readStoredJson, writeStoredJson } from '../stored-json.ts';
import type { Deployment } from './deployment.ts';

/** The running emulator, and its settings for the app. */
export interface LocalIntune {
  /** The declaration of a connector of this tenant. */
  readonly declaration: IntuneDeclaration;
  readonly clientSecret: string;
  /**
   * The control API: creates challenges, requests revocations, and injects failures
   * (emulators/intune/control.ts).
   */
  readonly controlUrl: string;
  readonly stop: () => Promise<void>;
}

/** One tenant and one application for all, with a client secret per state directory. */
const registered = {
  tenantId: '5a8f0c6e-0000-4000-8000-6c6f63616c00',
  clientId: '5a8f0c6e-0000-4000-8000-736365700000',
} as const;

/** Starts the emulator. Its application's secret is stored in the directory. */
export const startLocalIntune = async (directory: string): Promise<LocalIntune> => {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const registration = ensureRegistration(join(directory, 'registration.json'));
  const { origin, controlOrigin, stop } = await startIntune({ registration, directory });
  const declaration: IntuneDeclaration = {
    tenantId: registration.tenantId,
    applicationId: registration.clientId,
    authentication: 'clientSecret',
    cloud: { ...clouds.public, authority: origin, graphUrl: origin },
  };
  return {
    declaration,
    clientSecret: registration.clientSecret,
    controlUrl: controlOrigin,
    stop,
  };
};

const ensureRegistration = (path: string): Registration & { readonly clientSecret: string } => {
  const kept = readStoredJson<{ readonly clientSecret: string }>(path);
  const clientSecret = kept?.clientSecret ?? `local~${randomBytes(24).toString('base64url')}`;
  if (!kept) writeStoredJson(path, { clientSecret });
  return { ...registered, clientSecret };
};

/**
 * Does an operator's step after deployment: stores the client secret where the connectors'
 * functions read it.
 */
export const fillIntuneSecrets = async (
  { resources, secretsManager }: Deployment,
  SecretString: string,
): Promise<void> => {
  const functions = resources.ofType('AWS::Lambda::Function');
  const secrets = functions.map(({ properties }) => {
    const { Variables } = (properties.Environment ?? {}) as { Variables?: Record<string, string> };
    return Variables?.[environment.intuneSecret];
  });
  // The same text has the same version, so the next start changes nothing.
  const ClientRequestToken = createHash('sha256').update(SecretString).digest('hex');
  for (const SecretId of new Set(secrets.filter((arn) => arn !== undefined))) {
    await secretsManager.operations.PutSecretValue?.({
      SecretId,
      SecretString,
      ClientRequestToken,
    });
  }
};

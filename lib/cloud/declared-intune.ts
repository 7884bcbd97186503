/** A connector's Intune tenant: the defaults and limits of its declaration. */

import type { IntuneCloud, IntuneSettings } from '../../lambda/config/settings.ts';
import { clouds } from '../../lambda/intune/cloud.ts';
import { DeclarationError } from './declaration-error.ts';

/**
 * A connector's Intune tenant. The application is registered in that tenant (docs/mdm/intune.md).
 */
export interface IntuneDeclaration extends Omit<IntuneSettings, 'cloud'> {
  /**
   * Microsoft's cloud. A cloud without a name here is declared by its addresses.
   *
   * @default public
   */
  readonly cloud?: keyof typeof clouds | IntuneCloud;
}

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const domain = /^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/i;
/** TLS, or this machine for an emulator. */
const origin = /^(https:\/\/[a-z0-9.-]+(:\d+)?|http:\/\/127\.0\.0\.1:\d+)$/;
const authentications = ['clientSecret', 'certificate', 'federated'];

/** Builds the settings from a declaration. Refuses values that Entra ID does not accept. */
export function resolveIntune(declared: IntuneDeclaration): IntuneSettings {
  const { tenantId, applicationId, authentication, cloud = 'public' } = declared;
  if (!guid.test(tenantId) && !domain.test(tenantId))
    refuse(`tenantId is "${tenantId}". Give the Directory (tenant) ID, as Entra shows it.`);
  if (!guid.test(applicationId))
    refuse(
      `applicationId is "${applicationId}". Give the Application (client) ID, as Entra shows it.`,
    );
  if (!authentications.includes(authentication))
    refuse(`authentication is "${authentication}". Give one of ${authentications.join(', ')}.`);
  return { tenantId, applicationId, authentication, cloud: resolved(cloud) };
}

function resolved(cloud: NonNullable<IntuneDeclaration['cloud']>): IntuneCloud {
  if (typeof cloud !== 'string') return checked(cloud);
  if (!Object.hasOwn(clouds, cloud))
    refuse(`cloud is "${cloud}". Give one of ${Object.keys(clouds).join(', ')}, or its addresses.`);
  return clouds[cloud];
}

/** Refuses addresses that are not origins, because tokens are sent there. */
function checked(cloud: IntuneCloud): IntuneCloud {
  for (const member of ['authority', 'graphUrl'] as const)
    if (!origin.test(cloud[member]))
      refuse(
        `cloud.${member} is "${cloud[member]}". Give an origin: https://, and no slash at the end.`,
      );
  for (const member of [
    'graphResource',
    'intuneResource',
    'intuneAppId',
    'assertionAudience',
  ] as const)
    if (!cloud[member]) refuse(`cloud.${member} is missing.`);
  return cloud;
}

function refuse(message: string): never {
  throw new DeclarationError('badIntune', `intune.${message}`);
}

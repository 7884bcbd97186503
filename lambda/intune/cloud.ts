/** The addresses of Microsoft's services in each of its clouds. */

import type { IntuneCloud } from '../config/settings.ts';

/**
 * The application id of "Microsoft.Intune", as Microsoft names it. It is the same in every cloud
 * (SCEPman's documentation).
 */
const intuneAppId = '0000000a-0000-0000-c000-000000000000';

/**
 * The clouds with known addresses. No source gives the Intune resource of DoD's and China's clouds,
 * so those are declared by their addresses.
 */
export const clouds = {
  public: {
    authority: 'https://login.microsoftonline.com',
    graphUrl: 'https://graph.microsoft.com',
    graphResource: 'https://graph.microsoft.com',
    intuneResource: 'https://api.manage.microsoft.com',
    intuneAppId,
    assertionAudience: 'api://AzureADTokenExchange',
  },
  gccHigh: {
    authority: 'https://login.microsoftonline.us',
    graphUrl: 'https://graph.microsoft.us',
    graphResource: 'https://graph.microsoft.us',
    intuneResource: 'https://api.manage.microsoft.us',
    intuneAppId,
    assertionAudience: 'api://AzureADTokenExchangeUSGov',
  },
} as const satisfies Record<string, IntuneCloud>;

/** A service by its name at Graph, and the interface version that Microsoft's library uses. */
export interface IntuneService {
  readonly name: string;
  readonly apiVersion: string;
}

/** The two Intune services that a CA calls. */
export const services = {
  scep: { name: 'ScepRequestValidationFEService', apiVersion: '2018-02-20' },
  revocation: { name: 'PkiConnectorFEService', apiVersion: '5019-05-05' },
} as const satisfies Record<string, IntuneService>;

/** The two resources that need a token. */
export type Resource = 'graph' | 'intune';

/**
 * The scope of a resource. Intune's has two slashes: the text before the last one becomes the
 * token's audience, which ends with a slash in Microsoft's library.
 */
export const toScope = (cloud: IntuneCloud, resource: Resource): string =>
  resource === 'graph' ? `${cloud.graphResource}/.default` : `${cloud.intuneResource}//.default`;

/** Where Microsoft's services are, cloud by cloud. */

import type { IntuneCloud } from '../settings.ts';

/**
 * Microsoft's own name for it is "Microsoft.Intune"; the same in every cloud (SCEPman's
 * documentation).
 */
const intuneAppId = '0000000a-0000-0000-c000-000000000000';

/**
 * The clouds whose addresses are known. DoD's and China's Intune resource could not be found:
 * declare them as a whole.
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

/**
 * A service by its name at Graph, and the version of its interface that Microsoft's library speaks.
 */
export interface IntuneService {
  readonly name: string;
  readonly apiVersion: string;
}

/** The two services of Intune that a CA talks to. */
export const services = {
  scep: { name: 'ScepRequestValidationFEService', apiVersion: '2018-02-20' },
  revocation: { name: 'PkiConnectorFEService', apiVersion: '5019-05-05' },
} as const satisfies Record<string, IntuneService>;

/** The two resources a token is asked for. */
export type Resource = 'graph' | 'intune';

/**
 * The scope of a resource. Intune's has two slashes. The part before the last one becomes the
 * token's audience, which ends with a slash in Microsoft's library.
 */
export const scopeOf = (cloud: IntuneCloud, resource: Resource): string =>
  resource === 'graph' ? `${cloud.graphResource}/.default` : `${cloud.intuneResource}//.default`;

/**
 * The settings that a platform team declares for a connector. The construct writes them as JSON,
 * and each handler reads them once. `toConnectorSettings` fills in defaults.
 */

import type { Quirks } from '../message/quirks.ts';
import type { Profile } from '../policy/profile.ts';

/** The settings that a connector's functions read, without names of resources. */
export interface ConnectorSettings {
  readonly profile: Profile;
  readonly quirks: Quirks;
  /**
   * How long the scep function waits for an outcome before it answers PENDING, in seconds (0 to 3).
   */
  readonly waitSeconds: number;
  /** `SigningAlgorithm` of IssueCertificate; its family must be that of the CA's key. */
  readonly signingAlgorithm: SigningAlgorithm;
  /**
   * The number of the operator's own proxies in front of the HTTP API. Each of them appends its
   * peer to X-Forwarded-For. Default: 0.
   */
  readonly proxiesInFront?: number;
  /** The lifetime of an RA certificate in days; a short-lived CA allows at most 7. */
  readonly raValidityDays: number;
  /** If given, Microsoft Intune alone creates and validates this connector's challenges. */
  readonly intune?: IntuneSettings;
}

/**
 * A connector's Intune tenant, and how its functions authenticate to Entra ID as the registered
 * application.
 */
export interface IntuneSettings {
  /** A GUID or a domain name. */
  readonly tenantId: string;
  /** The application's (client) id, a GUID. */
  readonly applicationId: string;
  readonly authentication: IntuneAuthentication;
  readonly cloud: IntuneCloud;
}

/**
 * An operator stores a client secret or a certificate in Secrets Manager. `federated` needs no
 * secret, because Entra ID trusts an AWS STS token as a federated credential.
 */
type IntuneAuthentication = 'clientSecret' | 'certificate' | 'federated';

/** The addresses of one Microsoft cloud. They are origins, without a slash at the end. */
export interface IntuneCloud {
  /** Entra ID, which issues tokens. */
  readonly authority: string;
  readonly graphUrl: string;
  /** Graph's name in a token's scope. It is Graph's address, except for an emulator. */
  readonly graphResource: string;
  /** Intune's name in a token's scope. Its address differs per tenant, and Graph lists it. */
  readonly intuneResource: string;
  /** The service principal whose endpoints Graph lists. */
  readonly intuneAppId: string;
  /** The audience of another identity provider's assertion. */
  readonly assertionAudience: string;
}

/** The signing algorithms of ACM PCA that current SCEP clients can verify. */
export const signingAlgorithms = [
  'SHA256WITHRSA',
  'SHA384WITHRSA',
  'SHA512WITHRSA',
  'SHA256WITHECDSA',
  'SHA384WITHECDSA',
  'SHA512WITHECDSA',
] as const;

export type SigningAlgorithm = (typeof signingAlgorithms)[number];

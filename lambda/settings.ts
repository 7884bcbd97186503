/**
 * The settings that a platform team declares for a connector. The construct writes them as JSON,
 * and each handler reads them once. `connectorSettings` fills in defaults.
 */

import type { Quirks } from './message/quirks.ts';
import type { Profile } from './policy/profile.ts';

/** Everything a connector's functions need to know about it, except names of resources. */
export interface ConnectorSettings {
  readonly profile: Profile;
  readonly quirks: Quirks;
  /**
   * How long the scep function waits for an outcome before it answers PENDING, in seconds; 0 to 3.
   */
  readonly waitSeconds: number;
  /** `SigningAlgorithm` of IssueCertificate; its family must be that of the CA's key. */
  readonly signingAlgorithm: SigningAlgorithm;
  /**
   * How many proxies of the operator's own stand before the HTTP API, each adding its peer to
   * X-Forwarded-For; absent: none.
   */
  readonly proxiesInFront?: number;
  /** How long an RA certificate lives, in days; a short-lived CA allows 7 at most. */
  readonly raValidityDays: number;
  /** Given: Microsoft Intune alone makes and judges the challenges of this connector. */
  readonly intune?: IntuneSettings;
}

/**
 * The Intune tenant of a connector, and how its functions prove to Entra ID that they are the
 * registered application.
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
 * A client secret or a certificate, which an operator puts into Secrets Manager; or no secret, but
 * a token of AWS STS that Entra ID trusts as a federated credential.
 */
type IntuneAuthentication = 'clientSecret' | 'certificate' | 'federated';

/** Where one of Microsoft's clouds is. Addresses are origins, without a slash at the end. */
export interface IntuneCloud {
  /** Entra ID, which gives tokens. */
  readonly authority: string;
  readonly graphUrl: string;
  /** Graph's name in a token's scope; its address, but for an emulator. */
  readonly graphResource: string;
  /** Intune's name in a token's scope. Where Intune is, Graph says: each tenant has its own. */
  readonly intuneResource: string;
  /** The service principal whose endpoints are asked for. */
  readonly intuneAppId: string;
  /** What an assertion of another identity provider must be made for. */
  readonly assertionAudience: string;
}

/** The signing algorithms of ACM PCA that SCEP clients of today can verify. */
export type SigningAlgorithm =
  | 'SHA256WITHRSA'
  | 'SHA384WITHRSA'
  | 'SHA512WITHRSA'
  | 'SHA256WITHECDSA'
  | 'SHA384WITHECDSA'
  | 'SHA512WITHECDSA';

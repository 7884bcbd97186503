import type { ConnectorSecrets } from './connector-secrets.ts';
import type { IntuneCredential } from './intune-credential.ts';
import type { IssuingAuthority } from './issuing-authority.ts';
import type { ServiceTables } from './tables.ts';

/** The inputs of every part of one connector. */
export interface ConnectorResources {
  readonly connectorId: string;
  /** JSON of `ConnectorSettings` (lambda/config/settings.ts). */
  readonly connectorSettings: string;
  readonly certificateAuthority: IssuingAuthority;
  readonly secrets: ConnectorSecrets;
  readonly tables: ServiceTables;
  /** IssueCertificate calls per second of the whole service. */
  readonly certificatesPerSecond: number;
  /** How the connector's functions authenticate to Entra ID; Intune connectors only. */
  readonly intune?: IntuneCredential;
}

import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { CertificateAuthority } from './certificate-authority.ts';
import type { IntuneCredential } from './intune-credential.ts';
import type { Ledger } from './tables.ts';

/** What every part of one connector is made from. */
export interface Connector {
  readonly connectorId: string;
  /** JSON of `ConnectorSettings` (lambda/settings.ts). */
  readonly connectorSettings: string;
  readonly certificateAuthority: CertificateAuthority;
  /** The secret that its keys are derived from. */
  readonly key: ISecret;
  readonly ledger: Ledger;
  /** Whether its functions' concurrency is reserved (handler-function.ts). */
  readonly isBounded: boolean;
  /** IssueCertificate requests a second that the CA takes of it. */
  readonly certificatesPerSecond: number;
  /** Of an Intune connector: what its functions prove themselves to Entra ID with. */
  readonly intune?: IntuneCredential;
}

/**
 * The names of the environment variables that the constructs set and the handlers read. Both use
 * this list, so a typo does not compile.
 */
export const environment = {
  /** The connector's id, the last segment of its route. */
  connectorId: 'CONNECTOR_ID',
  /** JSON of `ConnectorSettings` (settings.ts). */
  connectorSettings: 'CONNECTOR_SETTINGS',
  challengesTable: 'CHALLENGES_TABLE',
  enrolmentsTable: 'ENROLMENTS_TABLE',
  envelopesTable: 'ENVELOPES_TABLE',
  certificatesTable: 'CERTIFICATES_TABLE',
  refusalsTable: 'REFUSALS_TABLE',
  /** ARN of the event bus. */
  eventBus: 'EVENT_BUS',
  /**
   * `arn:<partition>:pca-connector-scep:<region>:<account>`: the prefix of connectors' ARNs
   * (core/arns.ts).
   */
  arnPrefix: 'ARN_PREFIX',
  /**
   * ARN of the secret from which the lookup key of this connector is derived
   * (policy/connector-key.ts).
   */
  lookupSecret: 'LOOKUP_SECRET',
  /** ARN of the secret from which the keys of the scep function and of Certify are derived. */
  issuanceSecret: 'ISSUANCE_SECRET',
  /** ARN of the secret that holds the RA identity (message/ra-identity.ts). */
  raSecret: 'RA_SECRET',
  /** ARN of the issuance state machine. */
  issuanceStateMachine: 'ISSUANCE_STATE_MACHINE',
  /** IssueCertificate calls per second of the whole service. */
  certificatesPerSecond: 'CERTIFICATES_PER_SECOND',
  /** ARN of the CA. */
  certificateAuthority: 'CERTIFICATE_AUTHORITY',
  /**
   * ARN of the secret that authenticates an Intune connector to Entra ID
   * (aws/intune-credential.ts).
   */
  intuneSecret: 'INTUNE_SECRET',
  /** ARN of the role that Entra ID trusts; for an Intune connector without such a secret. */
  intuneIdentity: 'INTUNE_IDENTITY',
  /**
   * The path of the connectors' parameters (ports/connector-directory.ts), for the functions that
   * serve all connectors.
   */
  connectorDirectory: 'CONNECTOR_DIRECTORY',
  /**
   * JSON of one `AdministeredConnector` (admin/administered-connector.ts), for the functions that
   * serve one.
   */
  administeredConnector: 'ADMINISTERED_CONNECTOR',
  /**
   * ARN of the secret with the credential of the connector's mscep_admin page
   * (admin/ndes/credential.ts).
   */
  ndesCredentialSecret: 'NDES_CREDENTIAL_SECRET',
  /** `PageEncoding` (admin/ndes/page.ts). */
  ndesPageEncoding: 'NDES_PAGE_ENCODING',
  /** JSON of `ChallengeConstraints` (policy/constraints.ts): `{}` for none. */
  ndesConstraints: 'NDES_CONSTRAINTS',
  /** JSON of `ChallengeRotation` (admin/challenges/scheduled-rotation.ts). */
  challengeRotation: 'CHALLENGE_ROTATION',
} as const;

/**
 * The names of the environment variables that the constructs set and the handlers read: one list for both,
 * so that a typo does not compile.
 */
export const environment = {
  /** The connector's id, the last segment of its route. */
  connectorId: 'CONNECTOR_ID',
  /** JSON of `ConnectorSettings` (settings.ts). */
  connectorSettings: 'CONNECTOR_SETTINGS',
  challengesTable: 'CHALLENGES_TABLE',
  enrolmentsTable: 'ENROLMENTS_TABLE',
  envelopesTable: 'ENVELOPES_TABLE',
  historyTable: 'HISTORY_TABLE',
  /** ARN of the bus that events go to. */
  eventBus: 'EVENT_BUS',
  /** `arn:<partition>:pca-connector-scep:<region>:<account>`: what ARNs of connectors begin with (connector-arn.ts). */
  arnPrefix: 'ARN_PREFIX',
  /** ARN of the secret whose text every key of this connector is derived from (policy/connector-key.ts). */
  connectorKeySecret: 'CONNECTOR_KEY_SECRET',
  /** ARN of the secret that holds the RA identity (message/ra-identity.ts). */
  raSecret: 'RA_SECRET',
  /** ARN of the issuance state machine. */
  issuanceStateMachine: 'ISSUANCE_STATE_MACHINE',
  certificateAuthority: 'CERTIFICATE_AUTHORITY',
  /** ARN of the secret that an Intune connector proves itself to Entra ID with (aws/intune-credential.ts). */
  intuneSecret: 'INTUNE_SECRET',
  /** Where there is no such secret: ARN of the role that an Intune connector is known to Entra ID as. */
  intuneIdentity: 'INTUNE_IDENTITY',
  /** JSON array of `AdministeredConnector` (admin/connectors.ts), for the admin function alone. */
  connectors: 'CONNECTORS',
  /** ARN of the secret with the credential of the connector's mscep_admin page (admin/mscep/credential.ts). */
  ndesCredentialSecret: 'NDES_CREDENTIAL_SECRET',
  /** `PageEncoding` (admin/mscep/page.ts). */
  ndesPageEncoding: 'NDES_PAGE_ENCODING',
  /** JSON of `ChallengeRotation` (admin/scheduled-rotation.ts). */
  challengeRotation: 'CHALLENGE_ROTATION',
} as const;

/** A declared connector, as the environment of the admin functions describes it. */
export interface AdministeredConnector {
  readonly connectorId: string;
  /** ARNs of the two secrets from which the admin keys are derived. */
  readonly lookupSecret: string;
  readonly adminSecret: string;
  readonly certificateAuthorityArn: string;
  readonly scepUrl: string;
  /** GENERAL_PURPOSE by default. */
  readonly type?: 'GENERAL_PURPOSE' | 'INTUNE';
}

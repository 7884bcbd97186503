/** A connector as the admin functions know it. */
export interface AdministeredConnector {
  readonly connectorId: string;
  /** ARNs of the two secrets that the admin keys are derived from. */
  readonly lookupSecret: string;
  readonly adminSecret: string;
  readonly certificateAuthorityArn: string;
  readonly scepUrl: string;
  /** Default: GENERAL_PURPOSE. */
  readonly type?: 'GENERAL_PURPOSE' | 'INTUNE';
}

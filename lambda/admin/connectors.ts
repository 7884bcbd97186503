/** A connector as the admin functions know it. */
export interface AdministeredConnector {
  readonly connectorId: string;
  readonly connectorKeySecret: string;
  readonly certificateAuthorityArn: string;
  readonly scepUrl: string;
  /** Default: GENERAL_PURPOSE. */
  readonly type?: 'GENERAL_PURPOSE' | 'INTUNE';
}

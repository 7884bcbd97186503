/** A connector as the admin function knows it. */
export interface AdministeredConnector {
  readonly connectorId: string;
  readonly connectorKeySecret: string;
  readonly certificateAuthorityArn: string;
  readonly scepUrl: string;
}

/** The connectors of a service, as its app declares them. */

/** A connector, and the resources that functions of the whole service use. */
export interface DeclaredConnector {
  readonly connectorId: string;
  /** ARNs of the two secrets that the admin keys are derived from. */
  readonly lookupSecret: string;
  readonly adminSecret: string;
  readonly certificateAuthorityArn: string;
  readonly scepUrl: string;
  /** ARN of the workflow that the dispatcher starts. */
  readonly stateMachineArn: string;
  /** Default: GENERAL_PURPOSE. */
  readonly type?: 'GENERAL_PURPOSE' | 'INTUNE';
}

/** Returns every declared connector, sorted by id. Throws if the directory cannot be read. */
export type ConnectorDirectory = () => Promise<readonly DeclaredConnector[]>;

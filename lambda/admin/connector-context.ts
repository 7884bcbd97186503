/** The dependencies of an operation in one connector. */
import { toConnectorArn } from '../core/arns.ts';
import type { AdminKeys } from '../policy/connector-key.ts';
import { createNotFoundFault } from './api/fault.ts';
import type { AdministrationContext } from './context.ts';

/** The context of the admin operations, and the connector that the caller named. */
export interface ConnectorContext extends AdministrationContext {
  readonly connectorId: string;
  readonly connectorArn: string;
  readonly keys: () => Promise<AdminKeys>;
}

/**
 * Adds the connector of this id to the context. Throws `ResourceNotFoundException` if no connector
 * is declared with it.
 */
export function selectConnector(
  connectorId: string,
  context: AdministrationContext,
): ConnectorContext {
  const connector = context.connectors.find((one) => one.connectorId === connectorId);
  const connectorArn = toConnectorArn(context.arnPrefix, connectorId);
  if (connector === undefined) throw createNotFoundFault('Connector', connectorArn);
  return { ...context, connectorId, connectorArn, keys: () => context.keysOf(connector) };
}

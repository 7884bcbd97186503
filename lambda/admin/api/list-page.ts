/** The pages of the list operations: MaxResults, NextToken and the list to which they belong. */
import { toConnectorUuid } from '../../core/arns.ts';
import { Fault } from '../../core/errors.ts';
import type { AdminKeys } from '../../policy/connector-key.ts';
import type { Random } from '../../ports/system.ts';
import type { AdministeredConnector } from '../administered-connector.ts';
import { createValidationFault } from './fault.ts';
import type { OperationName } from './operations.ts';
import { createPageToken, type PagedList, readPageToken } from './page-token.ts';
import type { Body } from './request.ts';

/** The dependencies of a page. */
export interface PageContext {
  readonly connectors: readonly AdministeredConnector[];
  readonly keysOf: (connector: AdministeredConnector) => Promise<AdminKeys>;
  readonly nowSeconds: () => number;
  readonly random: Random;
}

const maxResults = 1000;
const defaultResults = 100;

/** Reads the keys of the connector whose list this is. Throws for an unknown connector. */
export async function openList(
  operation: OperationName,
  connectorId: string,
  { connectors, keysOf, nowSeconds }: PageContext,
): Promise<PagedList> {
  const connector = connectors.find((one) => one.connectorId === connectorId);
  if (connector === undefined) throw new Fault('ConnectorUnknown');
  const keys = await keysOf(connector);
  return { operation, connectorId: toConnectorUuid(connectorId), keys, nowSeconds: nowSeconds() };
}

/**
 * Reads the requested page. Throws `ValidationException` for an invalid MaxResults, and for a
 * NextToken that this list did not issue within the last hour.
 */
export function readPage(
  query: URLSearchParams,
  list: PagedList,
): { readonly limit: number; readonly position: string | undefined } {
  const text = query.get('MaxResults');
  const limit = text === null ? defaultResults : Number(text);
  if (!/^\d{1,4}$/.test(text ?? '1') || limit < 1 || limit > maxResults)
    throw createValidationFault(`MaxResults must be a whole number from 1 to ${maxResults}`);
  const token = query.get('NextToken');
  return { limit, position: token === null ? undefined : readPageToken(token, list) };
}

/** The NextToken member for the position of the next page; empty after the last page. */
export const createNextToken = (
  next: string | undefined,
  list: PagedList,
  { random }: Pick<PageContext, 'random'>,
): Body => (next === undefined ? {} : { NextToken: createPageToken(next, list, random) });

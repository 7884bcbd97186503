/** The part of Microsoft Graph that a connector calls: a tenant's services and their addresses. */
import type { AccessTokens } from './access-tokens.ts';
import { createODataError, type Reply, type Request } from './reply.ts';
import { checkRequestId } from './service-request.ts';
import { audiences } from './token-endpoint.ts';

/** Graph's data. `oddities` were observed, or OData allows them. */
export interface GraphContext {
  readonly tokens: AccessTokens;
  /** Graph's own address. */
  readonly origin: string;
  /** The services' addresses, by name. */
  readonly locations: () => Readonly<Record<string, string>>;
  readonly oddities: () => { readonly pages: boolean; readonly duplicates: boolean };
}

const path = '/v1.0/servicePrincipals/appId=0000000a-0000-0000-c000-000000000000/endpoints';
const otherSpelling =
  "/v1.0/servicePrincipals(appId='0000000a-0000-0000-c000-000000000000')/endpoints";

/** Whether a path belongs to Graph. */
export const isGraph = (given: string): boolean => given.startsWith('/v1.0/');

/** Answers with the endpoints; throws Graph's errors. */
export const answerEndpoints = (request: Request, context: GraphContext): Reply => {
  context.tokens.check(request, audiences.graph);
  checkRequestId(request);
  const { pathname, searchParams } = new URL(request.path, 'http://graph');
  if (request.method !== 'GET' || ![path, otherSpelling].includes(decodeURI(pathname)))
    throw createODataError(404, 'Request_ResourceNotFound', 'The resource does not exist.');
  const rows = listRows(context);
  if (!context.oddities().pages) return { status: 200, body: { value: rows } };
  const at = Number(searchParams.get('$skiptoken') ?? 0);
  const next = `${context.origin}${path}?$skiptoken=${at + 1}`;
  const more = at + 1 < rows.length ? { '@odata.nextLink': next } : {};
  return { status: 200, body: { value: rows.slice(at, at + 1), ...more } };
};

const listRows = ({ locations, oddities }: GraphContext) => {
  const rows = Object.entries(locations()).map(([providerName, uri]) => ({
    id: providerName,
    capability: providerName,
    providerName,
    uri,
  }));
  if (!oddities().duplicates) return rows;
  // Observed in 2020: one name twice, the second with an address outside Intune; and names in any
  // case.
  const strangers = rows.map((row) => ({ ...row, uri: 'https://stranger.invalid/service' }));
  const shouted = rows.map((row) => ({ ...row, providerName: row.providerName.toUpperCase() }));
  return [...shouted, ...strangers];
};

/** The addresses of a tenant's Intune services. Graph lists them, and they can move. */
import { randomUUID } from 'node:crypto';
import type { IntuneCloud } from '../config/settings.ts';
import type { IntuneService } from './cloud.ts';
import { isSafeUrl, parseJsonObject, type Reply, sendRequest, type Transport } from './exchange.ts';
import type { AccessTokens } from './tokens.ts';
import { IntuneUnavailable } from './unavailable.ts';

/** The dependencies of discovery. */
export interface DiscoveryOptions extends Transport {
  readonly cloud: IntuneCloud;
  readonly tokens: AccessTokens;
}

/** The addresses of one tenant's services. */
export interface ServiceLocations {
  /**
   * The address of a service, without a slash at its end. Throws `IntuneUnavailable`, also if Graph
   * does not list the service.
   */
  of(service: IntuneService): Promise<string>;
  /**
   * Drops this address, so that the next call queries Graph again; does nothing if it is not
   * current.
   */
  invalidate(service: IntuneService, location: string): void;
}

/** By lower-case name, because Graph writes names in any case. */
type Locations = ReadonlyMap<string, string>;

/** A tenant has some dozens of services, and no second page has been observed. */
const maxPages = 10;

/** The addresses of one tenant's services, cached until one of them fails. */
export function createServiceLocations(options: DiscoveryOptions): ServiceLocations {
  let cached: Promise<Locations> | undefined;
  const readLocations = (): Promise<Locations> => {
    cached ??= discover(options).catch((error: unknown) => {
      cached = undefined;
      throw error;
    });
    return cached;
  };
  return {
    of: async ({ name }) => {
      const location = (await readLocations()).get(name.toLowerCase());
      if (location !== undefined) return location;
      // Not cached, because an admin can give a missing consent or licence later.
      cached = undefined;
      throw new IntuneUnavailable({ step: 'discovery', reason: `no ${name} in this tenant` });
    },
    invalidate: ({ name }, location) => {
      const current = cached;
      void current?.then(
        (locations) => {
          if (cached === current && locations.get(name.toLowerCase()) === location)
            cached = undefined;
        },
        () => undefined,
      );
    },
  };
}

async function discover(options: DiscoveryOptions): Promise<Locations> {
  const { cloud } = options;
  const found = new Map<string, string>();
  let next: string | undefined =
    `${cloud.graphUrl}/v1.0/servicePrincipals/appId=${cloud.intuneAppId}/endpoints`;
  for (let page = 0; next !== undefined && page < maxPages; page += 1) {
    const body = await fetchPage(next, options);
    // Of two services with the same name the first wins, as in Microsoft's Java library.
    for (const [name, uri] of readEndpoints(body)) if (!found.has(name)) found.set(name, uri);
    next = readNextPage(body, cloud);
  }
  return found;
}

async function fetchPage(url: string, options: DiscoveryOptions) {
  const { tokens } = options;
  if (!isSafeUrl(url)) throw outage('address is not https');
  const first = await tokens.of('graph');
  const reply = await get(url, first, options);
  const isStale = reply.status === 401 || reply.status === 403;
  if (!isStale || !tokens.invalidate('graph', first)) return readBody(reply);
  return readBody(await get(url, await tokens.of('graph'), options));
}

const get = (url: string, token: string, transport: Transport): Promise<Reply> =>
  sendRequest(
    'discovery',
    url,
    { headers: { authorization: `Bearer ${token}`, 'client-request-id': randomUUID() } },
    transport,
  );

function readBody({ status, text, ...retryAfter }: Reply): Readonly<Record<string, unknown>> {
  if (status !== 200)
    throw new IntuneUnavailable({ step: 'discovery', reason: 'refused', status, ...retryAfter });
  const body = parseJsonObject(text);
  if (!Array.isArray(body?.value)) throw outage('not a list of endpoints');
  return body;
}

/**
 * Reads the rows, and skips those that cannot be read. If the required one is missing, the caller
 * reports that.
 */
const readEndpoints = ({ value }: Readonly<Record<string, unknown>>): readonly [string, string][] =>
  (value as readonly unknown[]).flatMap((row) => {
    const { providerName, uri } = (row ?? {}) as Readonly<Record<string, unknown>>;
    const isReadable = typeof providerName === 'string' && typeof uri === 'string';
    if (!isReadable || !isSafeUrl(uri)) return [];
    return [[providerName.toLowerCase(), uri.replace(/\/+$/, '')]];
  });

/**
 * The next page, if any. Refuses an address outside Graph, because the request carries Graph's
 * token.
 */
function readNextPage(
  body: Readonly<Record<string, unknown>>,
  cloud: IntuneCloud,
): string | undefined {
  const link = body['@odata.nextLink'];
  if (link === undefined || link === null) return undefined;
  if (typeof link !== 'string' || !link.startsWith(`${cloud.graphUrl}/`))
    throw outage('a next page on another host');
  return link;
}

const outage = (reason: string): IntuneUnavailable =>
  new IntuneUnavailable({ step: 'discovery', reason });

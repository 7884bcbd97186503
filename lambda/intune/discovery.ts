/** Where a tenant's Intune is: Graph knows, and it can move. */
import { randomUUID } from 'node:crypto';
import type { IntuneCloud } from '../settings.ts';
import type { IntuneService } from './cloud.ts';
import { exchange, isSafeUrl, jsonObjectOf, type Reply, type Transport } from './exchange.ts';
import type { AccessTokens } from './tokens.ts';
import { IntuneUnavailable } from './unavailable.ts';

/** What discovering needs. */
export interface DiscoveryOptions extends Transport {
  readonly cloud: IntuneCloud;
  readonly tokens: AccessTokens;
}

export interface ServiceLocations {
  /**
   * The address of a service, without a slash at its end; throws `IntuneUnavailable`, also if Graph
   * does not list it.
   */
  of(service: IntuneService): Promise<string>;
  /** Asks Graph again the next time, unless it was asked since. */
  forget(service: IntuneService, location: string): void;
}

/** By name in lower case; Graph writes names in any. */
type Locations = ReadonlyMap<string, string>;

/** A tenant has some dozens of services, and no second page was ever seen. */
const mostPages = 10;

/** The addresses of one tenant's services, kept until one of them fails. */
export function serviceLocations(options: DiscoveryOptions): ServiceLocations {
  let kept: Promise<Locations> | undefined;
  const discovered = (): Promise<Locations> => {
    kept ??= discover(options).catch((error: unknown) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
  return {
    of: async ({ name }) => {
      const location = (await discovered()).get(name.toLowerCase());
      if (location !== undefined) return location;
      // Not kept: an admin's consent or a licence may be what is missing, and come.
      kept = undefined;
      throw new IntuneUnavailable({ step: 'discovery', reason: `no ${name} in this tenant` });
    },
    forget: ({ name }, location) => {
      const asked = kept;
      void asked?.then(
        (locations) => {
          if (kept === asked && locations.get(name.toLowerCase()) === location) kept = undefined;
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
  for (let page = 0; next !== undefined && page < mostPages; page += 1) {
    const body = await pageAt(next, options);
    // Of two services with one name the first, as Microsoft's Java library does.
    for (const [name, uri] of endpointsOf(body)) if (!found.has(name)) found.set(name, uri);
    next = nextOf(body, cloud);
  }
  return found;
}

async function pageAt(url: string, options: DiscoveryOptions) {
  const { tokens } = options;
  if (!isSafeUrl(url)) throw outage('address is not https');
  const first = await tokens.of('graph');
  const reply = await get(url, first, options);
  const isStale = reply.status === 401 || reply.status === 403;
  if (!isStale || !tokens.forget('graph', first)) return bodyOf(reply);
  return bodyOf(await get(url, await tokens.of('graph'), options));
}

const get = (url: string, token: string, transport: Transport): Promise<Reply> =>
  exchange(
    'discovery',
    url,
    { headers: { authorization: `Bearer ${token}`, 'client-request-id': randomUUID() } },
    transport,
  );

function bodyOf({ status, text, ...retryAfter }: Reply): Readonly<Record<string, unknown>> {
  if (status !== 200)
    throw new IntuneUnavailable({ step: 'discovery', reason: 'refused', status, ...retryAfter });
  const body = jsonObjectOf(text);
  if (!Array.isArray(body?.value)) throw outage('not a list of endpoints');
  return body;
}

/**
 * A row that cannot be read is left out; the one that is needed is then missing, and that is said.
 */
const endpointsOf = ({ value }: Readonly<Record<string, unknown>>): readonly [string, string][] =>
  (value as readonly unknown[]).flatMap((row) => {
    const { providerName, uri } = (row ?? {}) as Readonly<Record<string, unknown>>;
    const isReadable = typeof providerName === 'string' && typeof uri === 'string';
    if (!isReadable || !isSafeUrl(uri)) return [];
    return [[providerName.toLowerCase(), uri.replace(/\/+$/, '')]];
  });

/** Graph's token goes to Graph alone, whatever a page says. */
function nextOf(body: Readonly<Record<string, unknown>>, cloud: IntuneCloud): string | undefined {
  const link = body['@odata.nextLink'];
  if (link === undefined || link === null) return undefined;
  if (typeof link !== 'string' || !link.startsWith(`${cloud.graphUrl}/`))
    throw outage('a next page elsewhere');
  return link;
}

const outage = (reason: string): IntuneUnavailable =>
  new IntuneUnavailable({ step: 'discovery', reason });

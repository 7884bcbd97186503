/** The address of a client, as its budgets count it (docs/decisions/008-envelope-flood.md). */
import { isIPv4, isIPv6 } from 'node:net';

/** The fields of an HTTP API event that hold the client's address. */
export interface ClientAddressFields {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly requestContext: { readonly http: { readonly sourceIp: string } };
}

/**
 * The address of the client. Without a proxy it is API Gateway's peer. Each of the operator's
 * proxies appends its peer to X-Forwarded-For. A client can write the entries before those, so they
 * are never read.
 */
export function readClientAddress(
  { headers = {}, requestContext }: ClientAddressFields,
  proxiesInFront: number,
): string {
  const { sourceIp } = requestContext.http;
  if (proxiesInFront === 0) return sourceIp;
  // API Gateway appends its own peer, which is the last proxy.
  const hops = (headers['x-forwarded-for'] ?? '').split(',').map((hop) => hop.trim());
  return hops.at(-1 - proxiesInFront) ?? sourceIp;
}

/**
 * Returns an IPv4 address as it is, and an IPv6 address as its /64 network. A provider gives every
 * customer at least a /64, so addresses inside it cost a stranger nothing. Any other text becomes
 * `unknown`.
 */
export function maskClientAddress(address: string): string {
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return 'unknown';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? `${toNetwork(address)}::/64`;
}

const networkGroups = 4;

/** The first four groups without leading zeros. `::` stands for the groups missing from eight. */
function toNetwork(address: string): string {
  const [head = [], tail = []] = address.split('::').map(splitGroups);
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail]
    .slice(0, networkGroups)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** An IPv4 address at the end is two groups, and never one of the first four. */
const splitGroups = (part: string): readonly string[] =>
  part === '' ? [] : part.replace(/\d+\.\d+\.\d+\.\d+$/, '0:0').split(':');

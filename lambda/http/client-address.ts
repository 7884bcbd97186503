/**
 * The source of a request. An IPv6 network counts as one source, because addresses inside it cost
 * nothing.
 */
import { isIPv4, isIPv6 } from 'node:net';

/** The part of an HTTP API event that holds the source of a request. */
export interface Sent {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly requestContext: { readonly http: { readonly sourceIp: string } };
}

/**
 * The address of the client. Without a proxy it is API Gateway's peer. A proxy of our own appends
 * its peer to X-Forwarded-For. Earlier entries of the header are the sender's own text and are
 * never read.
 */
export function readClientAddress(
  { headers = {}, requestContext }: Sent,
  proxiesInFront: number,
): string {
  const { sourceIp } = requestContext.http;
  if (proxiesInFront === 0) return sourceIp;
  // API Gateway adds its own peer, the last proxy, to the end.
  const hops = (headers['x-forwarded-for'] ?? '').split(',').map((hop) => hop.trim());
  return hops.at(-1 - proxiesInFront) ?? sourceIp;
}

/**
 * An IPv4 address, or the /64 of an IPv6 one, the least that one customer gets. Others share one
 * name.
 */
export function maskClientAddress(address: string): string {
  if (isIPv4(address)) return address;
  if (!isIPv6(address)) return 'unknown';
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? `${networkOf(address)}::/64`;
}

const networkGroups = 4;

/**
 * The first four groups, without leading zeros; `::` stands for as many zeros as are missing of
 * eight.
 */
function networkOf(address: string): string {
  const [head = [], tail = []] = address.split('::').map(groupsOf);
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  return [...head, ...zeros, ...tail]
    .slice(0, networkGroups)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}

/** An IPv4 address at the end counts for two groups; it is never within the first four. */
const groupsOf = (part: string): readonly string[] =>
  part === '' ? [] : part.replace(/\d+\.\d+\.\d+\.\d+$/, '0:0').split(':');

/**
 * Decides which browser requests are admitted on a port that requires no signature. Another
 * website's page must not reach it. It could use a form or a fetch across origins. It could also
 * use its own host name that points to 127.0.0.1 (DNS rebinding).
 */
import type { IncomingHttpHeaders } from 'node:http';

/** Host names that always denote this machine. */
const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Whether a request names this machine as its host; a request without a host comes from no browser.
 */
export const isAddressedToThisMachine = ({ host }: IncomingHttpHeaders): boolean =>
  host === undefined || loopbackNames.has(host.replace(/:\d+$/, '').toLowerCase());

/**
 * Whether a browser made this request for the console's own page: an address that was typed or
 * opened, or a call of the page's script.
 */
export function isOwnPage(method: string, headers: IncomingHttpHeaders): boolean {
  const { host, origin } = headers;
  const site = headers['sec-fetch-site'];
  if (host === undefined || !isAddressedToThisMachine(headers)) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin !== undefined) return origin === `http://${host}`;
  // A browser sends the origin with every method except GET, so other requests without it are
  // refused.
  return method === 'GET';
}

/**
 * Which requests of browsers are let in on a port that asks for no signature. A page of the web
 * must not reach it: neither by a form or fetch across origins, nor by a name of its own that it
 * makes point to 127.0.0.1 (DNS rebinding).
 */
import type { IncomingHttpHeaders } from 'node:http';

/** Names that nobody but this machine can point elsewhere. */
const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/** Whether a request names this machine as its host; one that names none comes from no browser. */
export const namesThisMachine = ({ host }: IncomingHttpHeaders): boolean =>
  host === undefined || loopbackNames.has(host.replace(/:\d+$/, '').toLowerCase());

/**
 * Whether a browser made this request for the console's own page: one that was typed or opened, or
 * a call of its script.
 */
export function isOwnPage(method: string, headers: IncomingHttpHeaders): boolean {
  const { host, origin } = headers;
  const site = headers['sec-fetch-site'];
  if (host === undefined || !namesThisMachine(headers)) return false;
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
  if (origin !== undefined) return origin === `http://${host}`;
  // A browser names the origin of whatever is not a GET; what does not is no call of the page.
  return method === 'GET';
}

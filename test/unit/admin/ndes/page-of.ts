/** The mscep_admin page of a connector in memory, and the ways in which known programs read it. */
import { answerMscepAdmin, type MscepContext } from '../../../../lambda/admin/ndes/answer.ts';
import { service } from '../../http/service.ts';
import { memoryAdministration } from './memory-administration.ts';

/** The MDM's credential in these tests. */
export const credential = {
  username: 'mscep',
  password: 'p4ssw0rd-of-forty-characters-or-thereabouts',
};

/** An Authorization header for a name and a password. */
export const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`, 'utf8').toString('base64')}`;

/** Creates the page. `changes` replace some of its dependencies. */
export function pageOf(changes: Partial<MscepContext> = {}) {
  const connector = service();
  const { asked, administration } = memoryAdministration(connector);
  const lines: string[] = [];
  const context: MscepContext = {
    connectorId: 'test',
    encoding: 'utf-16',
    constraints: {},
    credential: async () => credential,
    caCertificate: async () => connector.ra.caCertificate,
    administration,
    nowSeconds: connector.time.seconds,
    log: (fields) => lines.push(JSON.stringify(fields)),
    ...changes,
  };
  /** Sends a request with this Authorization header. */
  const ask = async (authorization?: string) => {
    const headers = authorization === undefined ? {} : { authorization };
    const {
      statusCode,
      headers: sent = {},
      body = '',
      isBase64Encoded,
    } = await answerMscepAdmin({ headers }, context);
    const bytes = new Uint8Array(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'));
    return { statusCode, headers: sent as Readonly<Record<string, string>>, bytes };
  };
  return { ...connector, asked, pageLines: lines, ask };
}

/**
 * Fleet, Zentral and Okta's customers search for this sentence and take the value after "<B> ", up
 * to the next space.
 */
export const passwordIn = (html: string): string | undefined =>
  /The enrollment challenge password is: <B> (\S*) <\/B>/.exec(html)?.[1];

/** PSNDESEnrollment and others take the hexadecimal digits after the words "challenge password". */
export const hexadecimalPasswordIn = (html: string): string | undefined =>
  /challenge password\D*?([0-9A-F]{16,})/.exec(html.replace(/<[^>]*>/g, ''))?.[1];

type Reader = (bytes: Uint8Array, contentType: string) => string;

const decoded =
  (label: string, options: object = {}): Reader =>
  (bytes) =>
    new TextDecoder(label, options).decode(bytes);

/** Ways to decode the page. */
export const readers: Readonly<Record<string, Reader>> = {
  'that decodes every page as UTF-16 (Zentral)': decoded('utf-16'),
  'that assumes little-endian and ignores the byte order mark (PowerShell)': decoded('utf-16le', {
    ignoreBOM: true,
  }),
  'that uses the byte order mark (Fleet)': (bytes) =>
    decoded(bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-16be')(bytes, ''),
  'that trusts the header': (bytes, contentType) =>
    decoded(/charset=(.+)$/.exec(contentType)?.[1] ?? 'utf-8')(bytes, ''),
  'that drops zeros and keeps the rest': (bytes) =>
    Buffer.from(bytes).toString('latin1').replaceAll('\0', ''),
};

/** From an HTTP API event to a SCEP operation (RFC 8894 section 4.1), as real devices send it. */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { HttpFault } from '../core/errors.ts';
import { maskClientAddress, readClientAddress } from './client-address.ts';

/** The request of a device; `none` is a GET of the bare URL. */
export type ScepRequest =
  | { readonly operation: 'GetCACaps' | 'GetCACert' | 'none' }
  | { readonly operation: 'PKIOperation'; readonly message: Uint8Array; readonly source: string };

/** The parts of an event that matter here. */
export type HttpEvent = Pick<
  APIGatewayProxyEventV2,
  'rawQueryString' | 'body' | 'isBase64Encoded'
> & {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly requestContext: {
    readonly http: { readonly method: string; readonly sourceIp: string };
  };
};

/**
 * A Windows request with an Intune challenge is 7 KiB; this is room for the largest keys and some
 * to spare.
 */
const maxMessageBytes = 128 * 1024;

/** The same in base64. A longer text is not decoded. */
const maxMessageCharacters = Math.ceil(maxMessageBytes / 3) * 4;

/** An HTTP API takes 10 KiB of request line and headers together. */
const maxQueryCharacters = 64 * 1024;

const operations = {
  getcacaps: 'GetCACaps',
  getcacert: 'GetCACert',
  pkioperation: 'PKIOperation',
} as const;

/** HEAD is answered as GET is; the HTTP server in front leaves the body out. */
const methods = new Set(['GET', 'HEAD', 'POST']);

/**
 * Reads an event; throws `HttpFault`. The path decides nothing (docs/rfc8894.md H-3:
 * `/pkiclient.exe` and any other tail), and `message` on GetCACaps and GetCACert is ignored: Apple
 * sends it empty, Windows `default`, certmonger a number.
 */
export function readScepRequest(event: HttpEvent, proxiesInFront = 0): ScepRequest {
  const { method } = event.requestContext.http;
  if (!methods.has(method)) throw new HttpFault('MethodNotAllowed');
  if (event.rawQueryString.length > maxQueryCharacters) throw new HttpFault('BodyTooLarge');
  const rawQuery = withoutQuestionMarks(event.rawQueryString);
  if (rawQuery === '' && method !== 'POST') return { operation: 'none' };
  const query = parametersOf(rawQuery);
  const operation = operationOf(query.get('operation'), method);
  if (operation !== 'PKIOperation') return { operation };
  // HEAD is safe (RFC 9110 section 9.2.1): it enrols nobody, as its certificate would be lost.
  if (method === 'HEAD') throw new HttpFault('MethodNotAllowed');
  const message = method === 'POST' ? bodyOf(event) : base64Of(query.get('message') ?? '');
  return {
    operation,
    message,
    source: maskClientAddress(readClientAddress(event, proxiesInFront)),
  };
}

/** Section 4.3: with POST the only operation is PKIOperation, so some clients leave it out. */
function operationOf(named: string | undefined, method: string) {
  if (named === undefined && method === 'POST') return 'PKIOperation';
  const key = (named ?? '').toLowerCase();
  if (!Object.hasOwn(operations, key)) throw new HttpFault('UnknownOperation');
  return operations[key as keyof typeof operations];
}

/**
 * A URL that was configured with a `?` at its end gets a second one from the client:
 * `…??operation=`.
 */
const withoutQuestionMarks = (rawQueryString: string): string => rawQueryString.replace(/^\?+/, '');

/**
 * The query, percent-decoded and nothing else: API Gateway's own parameters turn `+` into a space,
 * and macOS sends base64 with a bare `+`. Of a repeated parameter the first counts.
 */
function parametersOf(rawQueryString: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of rawQueryString.split('&')) {
    const at = pair.indexOf('=');
    const name = percentDecoded(at < 0 ? pair : pair.slice(0, at)).toLowerCase();
    if (!parameters.has(name))
      parameters.set(name, at < 0 ? '' : percentDecoded(pair.slice(at + 1)));
  }
  return parameters;
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * docs/rfc8894.md H-7: base64, with line breaks (Cisco, strongSwan), spaces for `+`, url-safe
 * letters, no padding, or escaped twice.
 */
function base64Of(message: string): Uint8Array {
  const once = message.includes('%') ? percentDecoded(message) : message;
  const text = once
    .replace(/[\r\n\t]/g, '')
    .replace(/ /g, '+')
    .replace(/-/g, '+')
    .replace(/_/g, '/')
    .replace(/=+$/, '');
  if (text === '' || !/^[A-Za-z0-9+/]+$/.test(text)) throw new HttpFault('NotBase64');
  return sized(Buffer.from(text, 'base64'));
}

/** API Gateway hands over every content type but text and JSON as base64, a missing one too. */
function bodyOf({ body = '', isBase64Encoded }: HttpEvent): Uint8Array {
  if (body.length > maxMessageCharacters) throw new HttpFault('BodyTooLarge');
  return sized(Buffer.from(body, isBase64Encoded ? 'base64' : 'latin1'));
}

function sized(bytes: Uint8Array): Uint8Array {
  if (bytes.length > maxMessageBytes) throw new HttpFault('BodyTooLarge');
  return bytes;
}

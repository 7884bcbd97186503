/**
 * From an HTTP API event to a SCEP operation (RFC 8894 section 4.1). It accepts the forms that real
 * devices send.
 */
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { HttpFault } from '../core/errors.ts';
import { maskClientAddress, readClientAddress } from './client-address.ts';

/** The request of a device. `none` is a GET of the bare URL. */
export type ScepRequest =
  | { readonly operation: 'GetCACaps' | 'GetCACert' | 'none' }
  | {
      readonly operation: 'PKIOperation';
      readonly message: Uint8Array;
      /** The client's address, as its budgets count it. */
      readonly clientAddress: string;
    };

/** The fields of an HTTP API event that are read. */
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
 * A Windows request with an Intune challenge has 7 KiB. The limit leaves room for the largest keys.
 */
const maxMessageBytes = 128 * 1024;

/** The same limit in base64. A longer text is not decoded. */
const maxMessageCharacters = Math.ceil(maxMessageBytes / 3) * 4;

/** An HTTP API accepts 10 KiB of request line and headers together. */
const maxQueryCharacters = 64 * 1024;

const operations = {
  getcacaps: 'GetCACaps',
  getcacert: 'GetCACert',
  pkioperation: 'PKIOperation',
} as const;

/** HEAD gets the answer of GET, and the HTTP server in front omits the body. */
const methods = new Set(['GET', 'HEAD', 'POST']);

/**
 * Reads an event; throws `HttpFault`. The path decides nothing, because clients append
 * `/pkiclient.exe` and other tails (docs/rfc8894.md H-3). `message` is ignored on GetCACaps and
 * GetCACert: Apple sends it empty, Windows `default`, certmonger a number.
 */
export function readScepRequest(event: HttpEvent, proxiesInFront = 0): ScepRequest {
  const { method } = event.requestContext.http;
  if (!methods.has(method)) throw new HttpFault('MethodNotAllowed');
  if (event.rawQueryString.length > maxQueryCharacters) throw new HttpFault('BodyTooLarge');
  const rawQuery = withoutQuestionMarks(event.rawQueryString);
  if (rawQuery === '' && method !== 'POST') return { operation: 'none' };
  const query = parseQuery(rawQuery);
  const operation = readOperation(query.get('operation'), method);
  if (operation !== 'PKIOperation') return { operation };
  // HEAD must not enrol: it is safe (RFC 9110 section 9.2.1), and its certificate would be lost.
  if (method === 'HEAD') throw new HttpFault('MethodNotAllowed');
  const message = method === 'POST' ? decodeBody(event) : decodeMessage(query.get('message') ?? '');
  return {
    operation,
    message,
    clientAddress: maskClientAddress(readClientAddress(event, proxiesInFront)),
  };
}

/** Some clients omit the operation of a POST, which can only be PKIOperation (section 4.3). */
function readOperation(named: string | undefined, method: string) {
  if (named === undefined && method === 'POST') return 'PKIOperation';
  const key = (named ?? '').toLowerCase();
  if (!Object.hasOwn(operations, key)) throw new HttpFault('UnknownOperation');
  return operations[key as keyof typeof operations];
}

/** A client appends `?operation=` to a configured URL that already ends with `?`. */
const withoutQuestionMarks = (rawQueryString: string): string => rawQueryString.replace(/^\?+/, '');

/**
 * Parses a query by percent-decoding alone. API Gateway's own parser turns `+` into a space, and
 * macOS sends base64 with a bare `+`. The first value of a repeated parameter counts.
 */
function parseQuery(rawQueryString: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of rawQueryString.split('&')) {
    const at = pair.indexOf('=');
    const name = decodePercent(at < 0 ? pair : pair.slice(0, at)).toLowerCase();
    if (!parameters.has(name))
      parameters.set(name, at < 0 ? '' : decodePercent(pair.slice(at + 1)));
  }
  return parameters;
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Decodes the base64 of a GET (docs/rfc8894.md H-7). Accepts line breaks (Cisco, strongSwan),
 * spaces for `+`, url-safe letters, missing padding and a second percent-encoding.
 */
function decodeMessage(message: string): Uint8Array {
  const once = message.includes('%') ? decodePercent(message) : message;
  const text = once
    .replace(/[\r\n\t]/g, '')
    .replace(/ /g, '+')
    .replace(/-/g, '+')
    .replace(/_/g, '/')
    .replace(/=+$/, '');
  if (text === '' || !/^[A-Za-z0-9+/]+$/.test(text)) throw new HttpFault('NotBase64');
  return requireSize(Buffer.from(text, 'base64'));
}

/**
 * Decodes the body of a POST. API Gateway encodes it in base64 unless its content type is text or
 * JSON.
 */
function decodeBody({ body = '', isBase64Encoded }: HttpEvent): Uint8Array {
  if (body.length > maxMessageCharacters) throw new HttpFault('BodyTooLarge');
  return requireSize(Buffer.from(body, isBase64Encoded ? 'base64' : 'latin1'));
}

function requireSize(bytes: Uint8Array): Uint8Array {
  if (bytes.length > maxMessageBytes) throw new HttpFault('BodyTooLarge');
  return bytes;
}

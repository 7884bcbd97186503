/** HTTP API events (payload 2.0), as API Gateway builds them from a device's request. */
import type { HttpEvent } from '../../../lambda/http/request.ts';

/** An event with a path and headers as well, so that tests show that they are ignored. */
export interface DeviceEvent extends HttpEvent {
  readonly rawPath: string;
  readonly headers: Readonly<Record<string, string>>;
}

const devicePath = '/scep/test';
/** TEST-NET-1 (RFC 5737). */
const sourceIp = '192.0.2.1';

/** A GET with this raw query string. */
export const get = (rawQueryString: string, rawPath = devicePath): DeviceEvent => ({
  rawPath,
  rawQueryString,
  headers: {},
  isBase64Encoded: false,
  requestContext: { http: { method: 'GET', sourceIp } },
});

/** A GET PKIOperation: RFC 4648 base64, then percent-escapes (RFC 8894 section 4.1). */
export const getMessage = (message: Uint8Array): DeviceEvent =>
  get(`operation=PKIOperation&message=${encodeURIComponent(base64(message))}`);

/** A POST of these bytes. API Gateway encodes a binary body in base64. */
export const post = (
  message: Uint8Array,
  rawQueryString = 'operation=PKIOperation',
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/x-pki-message' },
): DeviceEvent => ({
  rawPath: devicePath,
  rawQueryString,
  headers,
  body: base64(message),
  isBase64Encoded: true,
  requestContext: { http: { method: 'POST', sourceIp } },
});

/** Standard base64, padded. */
export const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');

/**
 * From an answer to an HTTP API response: exact media types, without parameters (certmonger
 * compares them whole).
 */
import type { APIGatewayProxyStructuredResultV2 as Response } from 'aws-lambda';
import { getHttpStatus, type HttpFaultCode } from '../core/errors.ts';

const binary = (contentType: string, bytes: Uint8Array): Response => ({
  statusCode: 200,
  headers: { 'content-type': contentType },
  body: Buffer.from(bytes).toString('base64'),
  isBase64Encoded: true,
});

const text = (statusCode: number, body: string, headers?: Record<string, string>): Response => ({
  statusCode,
  headers: { 'content-type': 'text/plain', ...headers },
  body,
});

/** docs/rfc8894.md H-9: `text/plain` without a charset, which broke clients of OpenXPKI. */
export const toCapabilitiesResponse = (capabilities: string): Response => text(200, capabilities);

/** One sentence for a person who opens the URL in a browser or with `curl`. */
export const toDescriptionResponse = (): Response =>
  text(200, 'This is the URL of a SCEP server (RFC 8894); enter it in an MDM or a SCEP client.\n');

/** The chain form always, as there is always an RA (docs/rfc8894.md ). */
export const toCaCertificatesResponse = (degenerate: Uint8Array): Response =>
  binary('application/x-x509-ca-ra-cert', degenerate);

/** SUCCESS, FAILURE and PENDING alike are 200 (docs/rfc8894.md H-10). */
export const toCertRepResponse = (certRep: Uint8Array): Response =>
  binary('application/x-pki-message', certRep);

/** In seconds, five minutes: a good device is served soon after the hour of the limit ends. */
const laterAgain = { 'retry-after': '300' };

/** The headers that a status needs. HEAD goes with GET, but never for a PKIOperation. */
const faultHeaders: Readonly<Partial<Record<HttpFaultCode, Record<string, string>>>> = {
  MethodNotAllowed: { allow: 'GET, POST' },
  TooManyEnvelopes: laterAgain,
  TooManyGuesses: laterAgain,
  TooManyValidations: laterAgain,
};

/** The body is the code and quotes nothing of the request. */
export const toFaultResponse = (code: HttpFaultCode): Response =>
  text(getHttpStatus(code), `${code}\n`, faultHeaders[code]);

/**
 * A dependency is down. Nothing was refused, issued or used up, so the device may send the same
 * request again.
 */
export const toOutageResponse = (): Response => text(503, 'Unavailable\n', { 'retry-after': '10' });

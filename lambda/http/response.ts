/**
 * From an answer to an HTTP API response. Media types have no parameters, because certmonger
 * compares the whole value.
 */
import type { APIGatewayProxyStructuredResultV2 as Response } from 'aws-lambda';
import { getHttpStatus, type HttpFaultCode } from '../core/errors.ts';

const toBinaryResponse = (contentType: string, bytes: Uint8Array): Response => ({
  statusCode: 200,
  headers: { 'content-type': contentType },
  body: Buffer.from(bytes).toString('base64'),
  isBase64Encoded: true,
});

const toTextResponse = (
  statusCode: number,
  body: string,
  headers?: Record<string, string>,
): Response => ({
  statusCode,
  headers: { 'content-type': 'text/plain', ...headers },
  body,
});

/** `text/plain` without a charset, which broke clients of OpenXPKI (docs/rfc8894.md H-9). */
export const toCapabilitiesResponse = (capabilities: string): Response =>
  toTextResponse(200, capabilities);

/** One sentence for a person who opens the URL in a browser or with `curl`. */
export const toDescriptionResponse = (): Response =>
  toTextResponse(
    200,
    'This is the URL of a SCEP server (RFC 8894); enter it in an MDM or a SCEP client.\n',
  );

/** Always the form with a chain, because there is always an RA (docs/rfc8894.md ). */
export const toCaCertificatesResponse = (degenerate: Uint8Array): Response =>
  toBinaryResponse('application/x-x509-ca-ra-cert', degenerate);

/** SUCCESS, FAILURE and PENDING all have status 200 (docs/rfc8894.md H-10). */
export const toCertRepResponse = (certRep: Uint8Array): Response =>
  toBinaryResponse('application/x-pki-message', certRep);

/** Five minutes, so that a good device is served soon after the hour of its budget ends. */
const retryLater = { 'retry-after': '300' };

/** The headers of a fault. `Allow` omits HEAD, because a PKIOperation refuses it. */
const faultHeaders: Readonly<Partial<Record<HttpFaultCode, Record<string, string>>>> = {
  MethodNotAllowed: { allow: 'GET, POST' },
  TooManyEnvelopes: retryLater,
  TooManyGuesses: retryLater,
  TooManyValidations: retryLater,
};

/** The body is the code alone, and quotes nothing of the request. */
export const toFaultResponse = (code: HttpFaultCode): Response =>
  toTextResponse(getHttpStatus(code), `${code}\n`, faultHeaders[code]);

/**
 * A dependency is down. Nothing was refused, issued or used up, so the device may send the same
 * request again.
 */
export const toOutageResponse = (): Response =>
  toTextResponse(503, 'Unavailable\n', { 'retry-after': '10' });

/**
 * Turns the result of a function into the response of an HTTP API, by the rules of payload format
 * 2.0.
 */
import type { InvocationResult } from '../functions/invocation.ts';
import { buildGatewayMessage, buildTooLargeMessage, type HttpResponse } from './http-request.ts';

interface FunctionResponse {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/**
 * Builds the response. An error of the function, or an invalid result, becomes API Gateway's own
 * 500. Throttling by Lambda becomes 503. An event over Lambda's limit becomes 413, which a body of
 * 4.5 MB reaches in base64.
 */
export const toResponse = (result: InvocationResult): HttpResponse => {
  if (!result.ok && result.isThrottled) return buildGatewayMessage(503, 'Service Unavailable');
  if (!result.ok && result.isTooLarge) return buildTooLargeMessage();
  if (!result.ok) return buildGatewayMessage(500, 'Internal Server Error');
  const value: unknown = JSON.parse(result.payload);
  if (!isObject(value) || value.statusCode === undefined)
    return buildInferredResponse(result.payload);
  const { statusCode, headers = {}, cookies = [], body = '', isBase64Encoded = false } = value;
  if (
    !Number.isInteger(statusCode) ||
    statusCode < 200 ||
    statusCode > 599 ||
    typeof body !== 'string'
  ) {
    return buildGatewayMessage(500, 'Internal Server Error');
  }
  return {
    status: statusCode,
    // The headers of the function are unchanged. No charset is added, since SCEP clients compare
    // the whole Content-Type.
    headers: [
      ...Object.entries(headers).map(([name, text]) => [name.toLowerCase(), String(text)] as const),
      ...cookies.map((cookie) => ['set-cookie', cookie] as const),
    ],
    body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
  };
};

const isObject = (value: unknown): value is FunctionResponse =>
  typeof value === 'object' && value !== null;

/**
 * "If your Lambda function returns valid JSON and doesn't return a statusCode": the result is the
 * body.
 */
const buildInferredResponse = (payload: string): HttpResponse => ({
  status: 200,
  headers: [['content-type', 'application/json']],
  body: Buffer.from(payload),
});

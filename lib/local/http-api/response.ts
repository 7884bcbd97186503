/** A function's result as the response of an HTTP API, by the rules of payload format 2.0. */
import type { InvocationResult } from '../functions/invocation.ts';
import { buildGatewayMessage, type HttpResponse, requestTooLarge } from './http-request.ts';

interface FunctionResponse {
  readonly statusCode?: number;
  readonly headers?: Readonly<Record<string, string | number | boolean>>;
  readonly cookies?: readonly string[];
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/**
 * The response. An error of the function, or a result that is not a response, is API Gateway's own
 * 500. Where Lambda has no room it is 503, and 413 where the event is larger than Lambda takes: a
 * body of 4.5 MB and more, in base64.
 */
export const toResponse = (result: InvocationResult): HttpResponse => {
  if (!result.ok && result.isThrottled) return buildGatewayMessage(503, 'Service Unavailable');
  if (!result.ok && result.isTooLarge) return requestTooLarge();
  if (!result.ok) return buildGatewayMessage(500, 'Internal Server Error');
  const value: unknown = JSON.parse(result.payload);
  if (!isObject(value) || value.statusCode === undefined) return inferred(result.payload);
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
    // As the function gave them: SCEP clients compare the Content-Type as a whole, so no charset is
    // added.
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
const inferred = (payload: string): HttpResponse => ({
  status: 200,
  headers: [['content-type', 'application/json']],
  body: Buffer.from(payload),
});

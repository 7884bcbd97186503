/** A request as it came in, before API Gateway has made anything of it. */
export interface HttpRequest {
  readonly method: string;
  /** As on the request line: path and query, nothing decoded. */
  readonly target: string;
  readonly protocol: string;
  /** Names and values in turn, as received: order, case and duplicates kept. */
  readonly rawHeaders: readonly string[];
  readonly sourceIp: string;
  readonly body: Buffer;
}

/**
 * An answer to send; no header is added to these but `Content-Length`, `Date` and the connection's
 * own.
 */
export interface HttpResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** API Gateway's own answers: JSON with a message. */
export const buildGatewayMessage = (status: number, message: string): HttpResponse => ({
  status,
  headers: [['content-type', 'application/json']],
  body: Buffer.from(JSON.stringify({ message })),
});

/** API Gateway's answer to a body over its own limit or over Lambda's. */
export const requestTooLarge = (): HttpResponse =>
  buildGatewayMessage(413, 'Request Entity Too Large');

// "Total combined size of request line and header values: 10,240 bytes", not raisable. The page
// names no status.
const headLimitBytes = 10_240;
const bodyLimitBytes = 10 * 1024 * 1024;

/**
 * The answer to a request that is too large in its line, its headers or its body; `undefined` for
 * one that is not.
 */
export const refuseTooLarge = (request: HttpRequest): HttpResponse | undefined => {
  const line = request.method.length + request.target.length + request.protocol.length + 2;
  if (line > headLimitBytes) return buildGatewayMessage(414, 'URI Too Long');
  const values = request.rawHeaders.filter((_text, index) => index % 2 === 1);
  const head = values.reduce((size, value) => size + value.length, line);
  if (head > headLimitBytes) return buildGatewayMessage(431, 'Request Header Fields Too Large');
  if (request.body.length > bodyLimitBytes) return requestTooLarge();
  return undefined;
};

/** How much of a body is read at all: enough to know that it is too large. */
export const bodyReadLimitBytes = bodyLimitBytes + 1;

/** A request as received, before API Gateway changes it. */
export interface HttpRequest {
  readonly method: string;
  /** The path and query of the request line, without decoding. */
  readonly target: string;
  readonly protocol: string;
  /** Names and values alternately, with their order, case and duplicates. */
  readonly rawHeaders: readonly string[];
  readonly sourceIp: string;
  readonly body: Buffer;
}

/**
 * A response. Only `Content-Length`, `Date` and headers of the connection are added to its headers.
 */
export interface HttpResponse {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** Builds a response of API Gateway itself: JSON with a message. */
export const buildGatewayMessage = (status: number, message: string): HttpResponse => ({
  status,
  headers: [['content-type', 'application/json']],
  body: Buffer.from(JSON.stringify({ message })),
});

/** Builds API Gateway's response to a body over its own limit or Lambda's. */
export const buildTooLargeMessage = (): HttpResponse =>
  buildGatewayMessage(413, 'Request Entity Too Large');

// "Total combined size of request line and header values: 10,240 bytes" (API Gateway quotas, not
// adjustable). The page gives no status code.
const maxHeadBytes = 10_240;
const maxBodyBytes = 10 * 1024 * 1024;

/**
 * Returns the response to a request whose line, headers or body are too large. Returns undefined
 * for any other request.
 */
export const refuseTooLarge = (request: HttpRequest): HttpResponse | undefined => {
  const line = request.method.length + request.target.length + request.protocol.length + 2;
  if (line > maxHeadBytes) return buildGatewayMessage(414, 'URI Too Long');
  const values = request.rawHeaders.filter((_text, index) => index % 2 === 1);
  const head = values.reduce((size, value) => size + value.length, line);
  if (head > maxHeadBytes) return buildGatewayMessage(431, 'Request Header Fields Too Large');
  if (request.body.length > maxBodyBytes) return buildTooLargeMessage();
  return undefined;
};

/** How many bytes of a body are read, which suffices to detect that it is too large. */
export const maxReadBodyBytes = maxBodyBytes + 1;

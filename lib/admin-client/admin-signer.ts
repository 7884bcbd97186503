/** Signs requests with AWS Signature Version 4 for API Gateway, whose service is execute-api. */
import { createHash, createHmac, type Hash, type Hmac } from 'node:crypto';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { SignatureV4 } from '@smithy/signature-v4';
import { AdminClientError } from './admin-errors.ts';

/** A request before it is signed. */
export interface Unsigned {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The signer's hash interface, implemented by node:crypto. */
class Sha256 {
  private readonly hash: Hash | Hmac;

  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash = secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: string | ArrayBuffer | ArrayBufferView): void {
    this.hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }

  reset(): void {
    throw new Error('NotUsedTwice');
  }
}

function bytesOf(data: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof data === 'string') return Buffer.from(data, 'utf8');
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * Reads the Region in the API's host name, or else in the environment. Throws `badArgument` if
 * neither names a Region.
 */
export function readRegion({ hostname }: URL, environment = process.env): string {
  const own = /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com(\.cn)?$/.exec(hostname)?.[1];
  const region = own ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION;
  if (region !== undefined) return region;
  throw new AdminClientError(
    'badArgument',
    `${hostname} does not contain a Region. Set AWS_REGION to the API’s Region.`,
  );
}

/**
 * Signs a request with the usual AWS credentials and returns all its headers. Throws
 * `noCredentials` if no credentials are configured.
 */
export async function signRequest(
  request: Unsigned,
  credentials = defaultProvider(),
): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    service: 'execute-api',
    region: readRegion(request.url),
    credentials: () => credentials().catch(throwNoCredentials),
    sha256: Sha256,
  });
  const { url, method, body } = request;
  const { headers } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port && { port: Number(url.port) }),
    path: url.pathname,
    query: queryOf(url),
    headers: { ...request.headers, host: url.host },
    ...(body !== undefined && { body }),
  });
  // fetch sets the host header itself.
  const { host: _, ...others } = headers;
  return others;
}

const queryOf = ({ searchParams }: URL): Record<string, string[]> =>
  Object.fromEntries(
    [...new Set(searchParams.keys())].map((key) => [key, searchParams.getAll(key)]),
  );

function throwNoCredentials(cause: unknown): never {
  throw new AdminClientError('noCredentials', 'No AWS credentials were found.', { cause });
}

/** Signs requests to the admin API with Signature Version 4, for the service name execute-api. */
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { Hash } from '@smithy/core/serde';
import { SignatureV4 } from '@smithy/signature-v4';
import { AdminClientError } from './admin-errors.ts';

/** A request before it is signed. */
export interface Unsigned {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/**
 * Reads the Region from the API's host name, or else from the environment. Throws `badArgument` if
 * neither names one.
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
 * Returns the request's headers with a signature, by default with the credentials that the AWS CLI
 * would use. Throws `noCredentials` without credentials.
 */
export async function signRequest(
  request: Unsigned,
  credentials = defaultProvider(),
): Promise<Record<string, string>> {
  const signer = new SignatureV4({
    service: 'execute-api',
    region: readRegion(request.url),
    credentials: () => credentials().catch(throwNoCredentials),
    sha256: Hash.bind(null, 'sha256'),
  });
  const { url, method, body } = request;
  const { headers } = await signer.sign({
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port && { port: Number(url.port) }),
    path: url.pathname,
    query: readQuery(url),
    headers: { ...request.headers, host: url.host },
    ...(body !== undefined && { body }),
  });
  // fetch writes the host header itself.
  const { host: _, ...others } = headers;
  return others;
}

const readQuery = ({ searchParams }: URL): Record<string, string[]> =>
  Object.fromEntries(
    [...new Set(searchParams.keys())].map((key) => [key, searchParams.getAll(key)]),
  );

function throwNoCredentials(cause: unknown): never {
  throw new AdminClientError('noCredentials', 'There are no AWS credentials to sign with.', {
    cause,
  });
}

/** The adapter: AWS JSON 1.0 and 1.1 over HTTP, told apart by `X-Amz-Target`, onto the pure handlers. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError, type AwsService, type Json, runOperation } from './aws-service.ts';

// The largest request here is an IssueCertificate with a 32 KiB CSR; Step Functions takes 256 KiB.
const bodyLimitBytes = 1024 * 1024;

/** A listening server. */
export interface AwsJsonServer {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** Serves every service on one free port. Signatures are not checked: only this machine can reach it. */
export const startAwsJsonServer = async (
  services: readonly AwsService[],
): Promise<AwsJsonServer> => {
  const byPrefix = new Map(services.map((service) => [service.targetPrefix, service]));
  const server = createServer((request, response) => {
    void answer(byPrefix, request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      const closed = new Promise<void>((done) => void server.close(() => done()));
      server.closeAllConnections();
      return closed;
    },
  };
};

const answer = async (
  services: ReadonlyMap<string, AwsService>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const contentType = request.headers['content-type'] ?? 'application/x-amz-json-1.1';
  try {
    // Some name the service in full: `com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents`.
    const [prefix = '', operation = ''] = String(request.headers['x-amz-target'])
      .split('.')
      .slice(-2);
    const service = services.get(prefix);
    if (!service) throw new AwsError('UnknownOperationException', `No local service for ${prefix}`);
    const output = await runOperation(service, operation, parseBody(await readBody(request)));
    send(response, 200, contentType, output ?? {});
  } catch (error) {
    const { status, body } = errorBody(error);
    send(response, status, contentType, body);
  }
};

const errorBody = (error: unknown): { status: number; body: Json } => {
  if (error instanceof AwsError) {
    return { status: error.status, body: { __type: error.code, message: error.message } };
  }
  // A fault of the emulator itself: shown here, and to the function as a fault of the service.
  console.error(error);
  return {
    status: 500,
    body: { __type: 'InternalFailure', message: 'fault of the local emulator' },
  };
};

const readBody = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > bodyLimitBytes) throw new AwsError('RequestEntityTooLarge', 'too large', 413);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parseBody = (text: string): Json => {
  try {
    const value: unknown = JSON.parse(text || '{}');
    if (typeof value === 'object' && value !== null) return value as Json;
  } catch {
    // Falls through: not JSON and not an object are refused alike.
  }
  throw new AwsError('SerializationException', 'the body is not a JSON object');
};

const send = (
  response: ServerResponse,
  status: number,
  contentType: string,
  body: unknown,
): void => {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(text),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(text);
};

/** Connects AWS JSON 1.0 and 1.1 over HTTP to the pure handlers, which `X-Amz-Target` selects. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AwsError, type AwsService, type Json, runOperation } from './aws-service.ts';
import {
  type AroundCall,
  type Authorize,
  authorizeAll,
  readTarget,
  runDirectly,
} from './signed-call.ts';

// The largest request here is an IssueCertificate with a 32 KiB CSR; Step Functions allows 256 KiB.
const maxBodyBytes = 1024 * 1024;

/** A listening server. */
export interface AwsJsonServer {
  readonly endpoint: string;
  readonly stop: () => Promise<void>;
}

/** Serves every service on one free port; `authorize` runs before each operation. */
export const startAwsJsonServer = async (
  services: readonly AwsService[],
  authorize: Authorize = authorizeAll,
  around: AroundCall = runDirectly,
): Promise<AwsJsonServer> => {
  const byPrefix = new Map(services.map((service) => [service.targetPrefix, service]));
  const server = createServer((request, response) => {
    void answer({ services: byPrefix, authorize, around }, request, response);
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

interface Serving {
  readonly services: ReadonlyMap<string, AwsService>;
  readonly authorize: Authorize;
  readonly around: AroundCall;
}

const answer = async (
  { services, authorize, around }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const contentType = request.headers['content-type'] ?? 'application/x-amz-json-1.1';
  try {
    const { authorization } = request.headers;
    const { targetPrefix, operation } = readTarget(request.headers['x-amz-target']);
    const service = services.get(targetPrefix);
    if (!service)
      throw new AwsError('UnknownOperationException', `No local service for ${targetPrefix}`);
    const input = parseBody(await readBody(request));
    const call = { authorization, targetPrefix, operation, input };
    authorize(call);
    const output = await around(call, () => runOperation(service, operation, input));
    send(response, 200, contentType, output ?? {});
  } catch (error) {
    const { status, body } = buildErrorBody(error);
    send(response, status, contentType, body);
  }
};

const buildErrorBody = (error: unknown): { status: number; body: Json } => {
  if (error instanceof AwsError) {
    return { status: error.status, body: { __type: error.code, message: error.message } };
  }
  // A fault of the emulator itself: printed here, and returned to the function as a service fault.
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
    if (size > maxBodyBytes) throw new AwsError('RequestEntityTooLarge', 'too large', 413);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
};

const parseBody = (text: string): Json => {
  try {
    const value: unknown = JSON.parse(text || '{}');
    if (typeof value === 'object' && value !== null) return value as Json;
  } catch {
    // Falls through, because text that is not JSON and JSON that is not an object are refused
    // alike.
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

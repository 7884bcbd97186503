/** The emulator over HTTP: AWS JSON 1.0, the operation in `X-Amz-Target`. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import type { Json } from '../aws-service.ts';
import type { Operations } from './operations.ts';
import { isRefusal, refuse } from './refusal.ts';

// The largest request that DynamoDB takes, a BatchWriteItem of 25 items, has 16 MB.
const maxBodyBytes = 16 * 1024 * 1024;

/**
 * A server that does not listen yet. Signatures are not checked: only this machine can reach it.
 */
export const createDynamoDbServer = (operations: Operations): Server =>
  createServer((request, response) => {
    void respond(operations, request, response);
  });

const respond = async (
  operations: Operations,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const body = await readBody(request);
  // The client went away, as a function does at its timeout.
  if (body === undefined) {
    response.destroy();
    return;
  }
  const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
  try {
    send(response, 200, await run(operations, operation, body));
  } catch (error) {
    if (isRefusal(error)) send(response, error.statusCode, error.body);
    else sendFault(response, error);
  }
};

const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request) {
      bytes += (chunk as Buffer).length;
      if (bytes > maxBodyBytes) return undefined;
      chunks.push(chunk as Buffer);
    }
    return Buffer.concat(chunks).toString('utf8');
  } catch {
    return undefined;
  }
};

const run = async (operations: Operations, name: string, body: string): Promise<unknown> => {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (!operation) throw refuse('UnknownOperationException', `no operation ${name}`);
  return operation(parse(body));
};

const parse = (body: string): Json => {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input === 'object' && input !== null) return input as Json;
  } catch {
    // Falls through: text that is not JSON and JSON that is not an object are refused alike.
  }
  throw refuse('SerializationException', 'the body is not a JSON object');
};

const sendFault = (response: ServerResponse, error: unknown): void => {
  // The emulator stops: it has closed the connection and then the store.
  if (response.destroyed) return;
  console.error(error);
  send(response, 500, {
    __type: 'com.amazonaws.dynamodb.v20120810#InternalServerError',
    message: 'fault of the local DynamoDB',
  });
};

const send = (response: ServerResponse, status: number, output: unknown): void => {
  const body = Buffer.from(JSON.stringify(output));
  response.writeHead(status, {
    'content-type': 'application/x-amz-json-1.0',
    'content-length': body.length,
    'x-amz-crc32': crc32(body),
    'x-amzn-requestid': randomUUID(),
  });
  response.end(body);
};

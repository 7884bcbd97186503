/** The emulator over HTTP, in AWS JSON 1.0 with the operation in `X-Amz-Target`. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { crc32 } from 'node:zlib';
import { AwsError, type Json } from '../aws-service.ts';
import {
  type AroundCall,
  type Authorize,
  authorizeAll,
  readTarget,
  runDirectly,
} from '../signed-call.ts';
import type { Operations } from './operations.ts';
import { isRefusal, refuse } from './refusal.ts';

// DynamoDB's largest request, a BatchWriteItem of 25 items, has 16 MB.
const maxBodyBytes = 16 * 1024 * 1024;

/** Creates a server that does not listen yet; `authorize` runs before each operation. */
export const createDynamoDbServer = (
  operations: Operations,
  authorize: Authorize = authorizeAll,
  around: AroundCall = runDirectly,
): Server =>
  createServer((request, response) => {
    void respond({ operations, authorize, around }, request, response);
  });

interface Serving {
  readonly operations: Operations;
  readonly authorize: Authorize;
  readonly around: AroundCall;
}

const respond = async (
  { operations, authorize, around }: Serving,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const body = await readBody(request);
  // The client disconnected, as a function does at its timeout.
  if (body === undefined) {
    response.destroy();
    return;
  }
  const { authorization, 'x-amz-target': target } = request.headers;
  try {
    const call = { authorization, ...readTarget(target), input: parse(body) };
    authorize(call);
    const answer = () => run(operations, call.operation, call.input);
    send(response, 200, await around(call, answer));
  } catch (error) {
    if (isRefusal(error)) send(response, error.statusCode, error.body);
    else if (error instanceof AwsError) send(response, error.status, deniedBody(error));
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

const run = async (operations: Operations, name: string, input: Json): Promise<unknown> => {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (!operation) throw refuse('UnknownOperationException', `no operation ${name}`);
  return operation(input);
};

const parse = (body: string): Json => {
  try {
    const input: unknown = JSON.parse(body);
    if (typeof input === 'object' && input !== null) return input as Json;
  } catch {
    // Falls through, because text that is not JSON and JSON that is not an object are refused
    // alike.
  }
  throw refuse('SerializationException', 'the body is not a JSON object');
};

/**
 * Builds DynamoDB's form of a denial: the exception's name with its namespace, and a capital
 * `Message`.
 */
const deniedBody = ({ code, message }: AwsError): Json => ({
  __type: `com.amazon.coral.service#${code}`,
  Message: message,
});

const sendFault = (response: ServerResponse, error: unknown): void => {
  // The emulator is stopping: it has closed the connection and then the store.
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

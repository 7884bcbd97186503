/** DynamoDB: dynalite on its own port, its tables in a directory. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { AwsError, type Json } from './aws-service.ts';
import { refuseOtherSchema } from './dynamodb-schema.ts';
import { type Authorize, authorizeAll, readTarget } from './signed-call.ts';

/** A running DynamoDB. */
export interface DynamoDb {
  readonly endpoint: string;
  /** Makes the table where there is none; one that is there keeps its items. Refuses one that is there with other keys. */
  readonly ensureTable: (definition: CreateTableCommandInput) => Promise<void>;
  readonly stop: () => Promise<void>;
}

type Listener = (request: unknown, response: ServerResponse) => void;

/** Opens the tables in `directory`, which no other process may have open; `authorize` is asked before each operation. */
export const startDynamoDb = async (
  directory: string,
  authorize: Authorize = authorizeAll,
): Promise<DynamoDb> => {
  const server = dynalite({
    path: directory,
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  const [listener] = server.listeners('request') as Listener[];
  if (!listener) throw new Error('dynalite has no request listener');
  server.removeAllListeners('request').on('request', (request, response) => {
    void relay(listener, authorize, request, response);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return {
    endpoint,
    ensureTable: async (definition) => {
      const found = await findTable(client, definition.TableName ?? '');
      if (found) refuseOtherSchema(definition, found);
      else await createTable(client, definition);
    },
    stop: () => {
      client.destroy();
      // Closes the store too, once the last connection is gone.
      const closed = new Promise<void>((done) => void server.close(() => done()));
      server.closeAllConnections();
      return closed;
    },
  };
};

/**
 * dynalite throws out of the `error` event of a request, which a client that goes away in the middle of one causes: a
 * function at its timeout would take the whole runner with it. So it is given a request that has arrived already.
 */
const relay = async (
  listener: Listener,
  authorize: Authorize,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  try {
    const body = Buffer.concat(await request.toArray());
    const { method, url, headers } = request;
    const denied = refusalOf(authorize, headers, body);
    if (denied) return refuse(response, denied);
    listener(Object.assign(Readable.from([body]), { method, url, headers }), response);
  } catch {
    response.destroy();
  }
};

const refusalOf = (
  authorize: Authorize,
  { authorization, 'x-amz-target': target }: IncomingMessage['headers'],
  body: Buffer,
): AwsError | undefined => {
  try {
    const input = JSON.parse(body.toString('utf8')) as Json;
    authorize({ authorization, ...readTarget(target), input });
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    // What is not JSON is for DynamoDB to refuse.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** In DynamoDB's form: the exception's name with its namespace, and a capital `Message`. */
const refuse = (response: ServerResponse, { status, code, message }: AwsError): void => {
  const type = `com.amazon.coral.service#${code}`;
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: type, Message: message }));
};

// dynalite makes a table in no time, but only after it has answered.
const looksAtMost = 100;
const lookMilliseconds = 10;

const createTable = async (
  client: DynamoDBClient,
  definition: CreateTableCommandInput,
): Promise<void> => {
  await client.send(new CreateTableCommand(definition));
  for (let look = 0; look < looksAtMost; look += 1) {
    const found = await findTable(client, definition.TableName ?? '');
    if (found?.TableStatus === 'ACTIVE') return;
    await setTimeout(lookMilliseconds);
  }
  throw new Error(`the local DynamoDB does not make the table ${definition.TableName}`);
};

const findTable = async (
  client: DynamoDBClient,
  TableName: string,
): Promise<TableDescription | undefined> => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return undefined;
    throw error;
  }
};

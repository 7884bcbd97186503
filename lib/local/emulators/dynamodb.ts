/** DynamoDB: dynalite on its own port, its tables in a directory. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';

/** A running DynamoDB. */
export interface DynamoDb {
  readonly endpoint: string;
  /** Makes the table where there is none; one that is there keeps its items. */
  readonly ensureTable: (definition: CreateTableCommandInput) => Promise<void>;
  readonly stop: () => Promise<void>;
}

type Listener = (request: unknown, response: ServerResponse) => void;

/** Opens the tables in `directory`, which no other process may have open. */
export const startDynamoDb = async (directory: string): Promise<DynamoDb> => {
  const server = dynalite({
    path: directory,
    createTableMs: 0,
    deleteTableMs: 0,
    updateTableMs: 0,
  });
  const [listener] = server.listeners('request') as Listener[];
  if (!listener) throw new Error('dynalite has no request listener');
  server.removeAllListeners('request').on('request', (request, response) => {
    void relay(listener, request, response);
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
      if (!(await hasTable(client, definition.TableName ?? ''))) {
        await client.send(new CreateTableCommand(definition));
      }
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
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  try {
    const body = Buffer.concat(await request.toArray());
    const { method, url, headers } = request;
    listener(Object.assign(Readable.from([body]), { method, url, headers }), response);
  } catch {
    response.destroy();
  }
};

const hasTable = async (client: DynamoDBClient, TableName: string): Promise<boolean> => {
  try {
    await client.send(new DescribeTableCommand({ TableName }));
    return true;
  } catch (error) {
    if (error instanceof Error && error.name === 'ResourceNotFoundException') return false;
    throw error;
  }
};

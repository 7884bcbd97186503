/**
 * DynamoDB: dynalite's store and operations on a separate port, with transactions in front of them.
 */
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import type { CreateTableCommandInput, TableDescription } from '@aws-sdk/client-dynamodb';
import { createOperations, type DynamoDbOptions, type Operations } from './dynamodb/operations.ts';
import { isNamed, isRefusal } from './dynamodb/refusal.ts';
import { refuseOtherSchema } from './dynamodb/schema.ts';
import { createDynamoDbServer } from './dynamodb/server.ts';
import { openStore } from './dynamodb/store.ts';
import type { AroundCall, Authorize } from './signed-call.ts';

/** A running DynamoDB. */
export interface DynamoDb {
  readonly endpoint: string;
  /**
   * Creates the table unless it exists; an existing one keeps its items. Refuses an existing table
   * with other keys.
   */
  readonly ensureTable: (definition: CreateTableCommandInput) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** The hooks before and around each operation. */
interface Checks {
  readonly authorize?: Authorize;
  readonly around?: AroundCall;
}

/**
 * Opens the tables in `directory`, which no other process may have open. Without a directory the
 * tables are in memory. `authorize` runs before each operation.
 */
export const startDynamoDb = async (
  directory?: string,
  { authorize, around, ...options }: DynamoDbOptions & Checks = {},
): Promise<DynamoDb> => {
  const store = openStore(directory);
  const operations = createOperations(store, options);
  const server = createDynamoDbServer(operations, authorize, around);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    ensureTable: async (definition) => {
      const found = await findTable(operations, definition.TableName ?? '');
      if (found) refuseOtherSchema(definition, found);
      else await createTable(operations, definition);
    },
    stop: async () => {
      const closed = new Promise<void>((done) => void server.close(() => done()));
      server.closeAllConnections();
      await closed;
      await store.db.close();
    },
  };
};

// dynalite creates a table at once, but only after it has answered.
const maxPolls = 100;
const pollMilliseconds = 10;

const createTable = async (
  operations: Operations,
  definition: CreateTableCommandInput,
): Promise<void> => {
  await operations.CreateTable?.(structuredClone({ ...definition }));
  for (let poll = 0; poll < maxPolls; poll += 1) {
    const found = await findTable(operations, definition.TableName ?? '');
    if (found?.TableStatus === 'ACTIVE') return;
    await setTimeout(pollMilliseconds);
  }
  throw new Error(`the local DynamoDB did not create the table ${definition.TableName}`);
};

const findTable = async (
  operations: Operations,
  TableName: string,
): Promise<TableDescription | undefined> => {
  try {
    const output = await operations.DescribeTable?.({ TableName });
    return (output as { readonly Table: TableDescription }).Table;
  } catch (error) {
    if (isRefusal(error) && isNamed(error, 'ResourceNotFoundException')) return undefined;
    throw error;
  }
};

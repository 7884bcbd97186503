/** Our DynamoDB emulator in memory, with tables as lib/cloud/tables.ts keys them. */
import { type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { unsettledIndex } from '../../lambda/aws/unsettled-index.ts';
import { listedAttributes } from '../../lib/cloud/tables.ts';
import type { DynamoDbOptions } from '../../lib/local/emulators/dynamodb/operations.ts';
import { startDynamoDb } from '../../lib/local/emulators/dynamodb.ts';

type Shape = keyof typeof shapes;

/** One table, named "table". `options` inject conflicts, throttles and unprocessed keys. */
export async function emulatedTable(shape: Shape = 'items', options: DynamoDbOptions = {}) {
  const { client, stop } = await emulatedTables({ table: shape }, options);
  return { client, table: 'table', stop };
}

/**
 * Several tables: `emulatedTables({ challenges: 'challenges', rows: 'items' })` makes the tables
 * "challenges" and "rows". Transactions over them work.
 */
export async function emulatedTables<Name extends string>(
  wanted: Readonly<Record<Name, Shape>>,
  options: DynamoDbOptions = {},
) {
  const dynamoDb = await startDynamoDb(undefined, options);
  for (const [TableName, shape] of Object.entries<Shape>(wanted)) {
    await dynamoDb.ensureTable({ TableName, ...shapes[shape] });
  }
  const client = new DynamoDBClient({
    endpoint: dynamoDb.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const stop = async () => {
    client.destroy();
    await dynamoDb.stop();
  };
  return { client, endpoint: dynamoDb.endpoint, stop };
}

const string = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' as const });
const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' as const });
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' as const });

const BillingMode = 'PAY_PER_REQUEST' as const;

/** The keys and indexes of our tables. */
const shapes = {
  items: {
    KeySchema: [hash('id')],
    AttributeDefinitions: [
      string('id'),
      string('unsettledOf'),
      { AttributeName: 'lookAt', AttributeType: 'N' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: unsettledIndex,
        KeySchema: [hash('unsettledOf'), range('lookAt')],
        Projection: {
          ProjectionType: 'INCLUDE',
          NonKeyAttributes: ['enrolmentId', 'generation', 'run'],
        },
      },
    ],
    BillingMode,
  },
  challenges: {
    KeySchema: [hash('id')],
    AttributeDefinitions: [
      string('id'),
      string('connectorId'),
      { AttributeName: 'createdAt', AttributeType: 'N' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byConnector',
        KeySchema: [hash('connectorId'), range('createdAt')],
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: [...listedAttributes] },
      },
    ],
    BillingMode,
  },
  history: {
    KeySchema: [hash('connectorDay'), range('at')],
    AttributeDefinitions: [string('connectorDay'), string('at')],
    BillingMode,
  },
} satisfies Record<string, Omit<CreateTableCommandInput, 'TableName'>>;

/** Our DynamoDB emulator in memory, with the keys and indexes of lib/cloud's tables. */
import { type CreateTableCommandInput, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { byDayIndex, dueIndex } from '../../lambda/aws/enrolment-keys.ts';
import {
  byDayAttributes,
  challengeAttributes,
  challengesIndex,
  dueAttributes,
} from '../../lambda/aws/index-attributes.ts';
import type { DynamoDbOptions } from '../../lib/local/emulators/dynamodb/operations.ts';
import { startDynamoDb } from '../../lib/local/emulators/dynamodb.ts';

type Shape = keyof typeof shapes;

/** Starts one table, named "table". `options` inject conflicts, throttles and unprocessed keys. */
export async function emulatedTable(shape: Shape = 'items', options: DynamoDbOptions = {}) {
  const { client, stop } = await emulatedTables({ table: shape }, options);
  return { client, table: 'table', stop };
}

/**
 * Starts several tables. `emulatedTables({ challenges: 'challenges', rows: 'items' })` creates the
 * tables "challenges" and "rows". Transactions across them work.
 */
export async function emulatedTables<Name extends string>(
  shapeByName: Readonly<Record<Name, Shape>>,
  options: DynamoDbOptions = {},
) {
  const dynamoDb = await startDynamoDb(undefined, options);
  for (const [TableName, shape] of Object.entries<Shape>(shapeByName)) {
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
const number = (AttributeName: string) => ({ AttributeName, AttributeType: 'N' as const });
const hash = (AttributeName: string) => ({ AttributeName, KeyType: 'HASH' as const });
const range = (AttributeName: string) => ({ AttributeName, KeyType: 'RANGE' as const });

const index = (
  IndexName: string,
  partition: string,
  sort: string,
  NonKeyAttributes: readonly string[],
) => ({
  IndexName,
  KeySchema: [hash(partition), range(sort)],
  Projection: { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: [...NonKeyAttributes] },
});

const BillingMode = 'PAY_PER_REQUEST' as const;

/** The keys and indexes of our tables. */
const shapes = {
  /** Certificates, envelopes. */
  items: { KeySchema: [hash('id')], AttributeDefinitions: [string('id')], BillingMode },
  enrolments: {
    KeySchema: [hash('id')],
    AttributeDefinitions: [
      string('id'),
      string('duePartition'),
      number('dueAt'),
      string('connectorDay'),
      string('endedAt'),
    ],
    GlobalSecondaryIndexes: [
      index(dueIndex, 'duePartition', 'dueAt', dueAttributes),
      index(byDayIndex, 'connectorDay', 'endedAt', byDayAttributes),
    ],
    BillingMode,
  },
  challenges: {
    KeySchema: [hash('id')],
    AttributeDefinitions: [string('id'), string('connectorId'), number('createdAt')],
    GlobalSecondaryIndexes: [
      index(challengesIndex, 'connectorId', 'createdAt', challengeAttributes),
    ],
    BillingMode,
  },
  refusals: {
    KeySchema: [hash('connectorDay'), range('endedAt')],
    AttributeDefinitions: [string('connectorDay'), string('endedAt')],
    BillingMode,
  },
} satisfies Record<string, Omit<CreateTableCommandInput, 'TableName'>>;

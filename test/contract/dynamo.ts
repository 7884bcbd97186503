import type { AddressInfo } from 'node:net';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { unsettledIndex } from '../../lambda/aws/unsettled-index.ts';
import { listedAttributes } from '../../lib/cloud/tables.ts';

/** DynamoDB's emulator in memory with one table, as lib/cloud/tables.ts keys it. */
export async function emulatedTable(shape: keyof typeof shapes = 'items') {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(new CreateTableCommand({ TableName: 'table', ...shapes[shape] }));
  return { client, table: 'table', stop: () => server.close() };
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

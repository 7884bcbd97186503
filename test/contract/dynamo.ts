import type { AddressInfo } from 'node:net';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { unsettledIndex } from '../../lambda/aws/unsettled-index.ts';

/** DynamoDB's emulator in memory with one table, as lib/cloud/tables.ts keys it. */
export async function emulatedTable() {
  const server = dynalite({ createTableMs: 0 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  await client.send(
    new CreateTableCommand({
      TableName: 'table',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'unsettledOf', AttributeType: 'S' },
        { AttributeName: 'lookAt', AttributeType: 'N' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: unsettledIndex,
          KeySchema: [
            { AttributeName: 'unsettledOf', KeyType: 'HASH' },
            { AttributeName: 'lookAt', KeyType: 'RANGE' },
          ],
          Projection: {
            ProjectionType: 'INCLUDE',
            NonKeyAttributes: ['enrolmentId', 'generation', 'run'],
          },
        },
      ],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  return { client, table: 'table', stop: () => server.close() };
}

import {
  type CreateTableCommandInput,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startDynamoDb } from '../../../lib/local/emulators/dynamodb.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const history: CreateTableCommandInput = {
  TableName: 'History',
  AttributeDefinitions: [
    { AttributeName: 'day', AttributeType: 'S' },
    { AttributeName: 'at', AttributeType: 'S' },
    { AttributeName: 'connectorId', AttributeType: 'S' },
  ],
  KeySchema: [
    { AttributeName: 'day', KeyType: 'HASH' },
    { AttributeName: 'at', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'byConnector',
      KeySchema: [
        { AttributeName: 'connectorId', KeyType: 'HASH' },
        { AttributeName: 'at', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ],
  BillingMode: 'PAY_PER_REQUEST',
};

const withProjection = (
  Projection: Readonly<Record<string, unknown>>,
): CreateTableCommandInput => ({
  ...history,
  GlobalSecondaryIndexes: history.GlobalSecondaryIndexes?.map((index) => ({
    ...index,
    Projection,
  })),
});

const open = async (definition = history, directory = temporaryDirectory()) => {
  const dynamoDb = await startDynamoDb(directory);
  const client = new DynamoDBClient({
    endpoint: dynamoDb.endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  let isStopped = false;
  const stop = async () => {
    if (isStopped) return;
    isStopped = true;
    client.destroy();
    await dynamoDb.stop();
  };
  onTestFinished(stop);
  const ensured = dynamoDb.ensureTable(definition);
  // A test that expects a refusal awaits it itself.
  ensured.catch(() => {});
  const put = (day: string, at: string) =>
    client.send(
      new PutItemCommand({
        TableName: 'History',
        Item: {
          day: { S: day },
          at: { S: at },
          connectorId: { S: 'one' },
          told: { S: 'told' },
          secret: { S: 'sealed' },
        },
      }),
    );
  const ofConnector = async () => {
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: 'History',
        IndexName: 'byConnector',
        KeyConditionExpression: 'connectorId = :one',
        ExpressionAttributeValues: { ':one': { S: 'one' } },
        ScanIndexForward: false,
      }),
    );
    return Items;
  };
  return { directory, ensured, put, ofConnector, stop };
};

describe('a table with an index', () => {
  it('returns its items by the index, in the order of the sort key', async () => {
    const { ensured, put, ofConnector } = await open();
    await ensured;
    await put('monday', '1');
    await put('tuesday', '2');
    expect((await ofConnector()).map(({ at }) => at?.S)).toEqual(['2', '1']);
  });

  it.each([
    [{ ProjectionType: 'KEYS_ONLY' }, ['at', 'connectorId', 'day']],
    [
      { ProjectionType: 'INCLUDE', NonKeyAttributes: ['told'] },
      ['at', 'connectorId', 'day', 'told'],
    ],
    [{ ProjectionType: 'ALL' }, ['at', 'connectorId', 'day', 'secret', 'told']],
  ])('gives of an item what %j projects', async (projection, names) => {
    const { ensured, put, ofConnector } = await open(withProjection(projection));
    await ensured;
    await put('monday', '1');
    expect(Object.keys((await ofConnector())[0] ?? {}).sort()).toEqual(names);
  });

  it('keeps its items across a restart', async () => {
    const first = await open();
    await first.ensured;
    await first.put('monday', '1');
    await first.stop();
    const second = await open(history, first.directory);
    await second.ensured;
    expect(await second.ofConnector()).toHaveLength(1);
  });

  it.each([
    ['without it', { ...history, GlobalSecondaryIndexes: undefined }],
    ['with another projection', withProjection({ ProjectionType: 'KEYS_ONLY' })],
  ])('is refused where it was made %s before, with what to do', async (_how, earlier) => {
    const used = new Set(['day', 'at', ...(earlier.GlobalSecondaryIndexes ? ['connectorId'] : [])]);
    const first = await open({
      ...earlier,
      AttributeDefinitions: history.AttributeDefinitions?.filter(({ AttributeName = '' }) =>
        used.has(AttributeName),
      ),
    });
    await first.ensured;
    await first.stop();
    await expect((await open(history, first.directory)).ensured).rejects.toThrow(
      /^Another version of the app created the local state. Start with --fresh.$/,
    );
  });
});

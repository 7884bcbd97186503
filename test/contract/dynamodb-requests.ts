/** The tables of DynamoDB's contract suite, and its requests as short functions. */
import {
  type CreateTableCommandInput,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';

/** Creates a client without retries, so that a test sees each answer. */
export const clientOf = (endpoint: string): DynamoDBClient =>
  new DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });

/**
 * The tables of the suite: one with only a partition key, one with a global index, one with a local
 * index.
 */
export const contractTables: readonly CreateTableCommandInput[] = [
  {
    TableName: 'challenges',
    AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    BillingMode: 'PAY_PER_REQUEST',
  },
  {
    TableName: 'rows',
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'attempt', AttributeType: 'N' },
      { AttributeName: 'duePartition', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'id', KeyType: 'HASH' },
      { AttributeName: 'attempt', KeyType: 'RANGE' },
    ],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'due',
        KeySchema: [{ AttributeName: 'duePartition', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  },
  {
    TableName: 'collections',
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'attempt', AttributeType: 'N' },
      { AttributeName: 'at', AttributeType: 'N' },
    ],
    KeySchema: [
      { AttributeName: 'id', KeyType: 'HASH' },
      { AttributeName: 'attempt', KeyType: 'RANGE' },
    ],
    LocalSecondaryIndexes: [
      {
        IndexName: 'byTime',
        KeySchema: [
          { AttributeName: 'id', KeyType: 'HASH' },
          { AttributeName: 'at', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  },
];

type Item = Readonly<Record<string, string | number>>;

/** An item on the wire. */
export const wire = (item: Item) =>
  Object.fromEntries(
    Object.entries(item).map(([name, value]) => [
      name,
      typeof value === 'number' ? { N: String(value) } : { S: value },
    ]),
  );

let lastId = 0;
/** An id that no other test uses. */
export const newId = (): string => `id-${++lastId}`;

/** A part that takes one use of a challenge; its reason includes the challenge. */
export const takeUse = (id: string): TransactWriteItem => ({
  Update: {
    TableName: 'challenges',
    Key: wire({ id }),
    UpdateExpression: 'SET usesLeft = usesLeft - :one',
    ConditionExpression: 'attribute_exists(id) AND usesLeft > :zero',
    ExpressionAttributeValues: wire({ ':one': 1, ':zero': 0 }),
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

/** A part that writes a row unless one exists. */
export const putRow = (id: string, more: Item = {}): TransactWriteItem => ({
  Put: {
    TableName: 'rows',
    Item: wire({ id, attempt: 0, duePartition: id, ...more }),
    ConditionExpression: 'attribute_not_exists(id)',
  },
});

/** The requests of a client. */
export const requestsOf = (client: DynamoDBClient) => {
  const get = async (TableName: string, key: Item) =>
    (await client.send(new GetItemCommand({ TableName, Key: wire(key), ConsistentRead: true })))
      .Item;
  return {
    putChallenge: (id: string, usesLeft: number) =>
      client.send(new PutItemCommand({ TableName: 'challenges', Item: wire({ id, usesLeft }) })),
    challenge: (id: string) => get('challenges', { id }),
    row: (id: string) => get('rows', { id, attempt: 0 }),
    due: async (id: string) =>
      (
        await client.send(
          new QueryCommand({
            TableName: 'rows',
            IndexName: 'due',
            KeyConditionExpression: 'duePartition = :id',
            ExpressionAttributeValues: wire({ ':id': id }),
          }),
        )
      ).Items ?? [],
    transact: (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
      client.send(
        new TransactWriteItemsCommand({
          TransactItems,
          ...(ClientRequestToken ? { ClientRequestToken } : {}),
        }),
      ),
  };
};

/** The requests of a client. */
export type Requests = ReturnType<typeof requestsOf>;

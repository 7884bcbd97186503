import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { startDynamoDb } from '../../../lib/local/emulators/dynamodb.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const items = 100;

/** Opens the tables, and reads the run number of each item and of each index entry. */
const readRuns = async (directory: string) => {
  const dynamoDb = await startDynamoDb(directory);
  await dynamoDb.ensureTable({
    TableName: 'rows',
    AttributeDefinitions: [
      { AttributeName: 'id', AttributeType: 'S' },
      { AttributeName: 'of', AttributeType: 'S' },
    ],
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byOf',
        KeySchema: [{ AttributeName: 'of', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  const client = new DynamoDBClient({
    endpoint: dynamoDb.endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const scanned = await client.send(new ScanCommand({ TableName: 'rows' }));
  const queried = await client.send(
    new QueryCommand({
      TableName: 'rows',
      IndexName: 'byOf',
      KeyConditionExpression: '#of = :all',
      ExpressionAttributeNames: { '#of': 'of' },
      ExpressionAttributeValues: { ':all': { S: 'all' } },
    }),
  );
  client.destroy();
  await dynamoDb.stop();
  return [...(scanned.Items ?? []), ...(queried.Items ?? [])].map(({ run }) => Number(run?.N));
};

/**
 * Runs transactions in another process and kills it. Returns the number of the last answered one.
 */
const writeAndKill = async (directory: string, delayMilliseconds: number): Promise<number> => {
  const script = new URL('write-until-killed.ts', import.meta.url).pathname;
  const writer = spawn(process.execPath, [script, directory, String(items)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(writer, 'exit');
  let last = 0;
  for await (const line of createInterface({ input: writer.stdout })) {
    last = Math.max(last, Number(line));
    // The kill comes later than the answer, since the next transaction begins with reads.
    if (last === 10) setTimeout(() => writer.kill('SIGKILL'), delayMilliseconds);
  }
  await exited;
  return last;
};

describe('a process that is killed during a transaction', () => {
  it('leaves all of the transaction or nothing, and keeps answered ones', async () => {
    const directory = temporaryDirectory();
    await readRuns(directory);
    for (const delayMilliseconds of [15, 20, 23, 26, 29]) {
      const answered = await writeAndKill(directory, delayMilliseconds);
      const found = await readRuns(directory);
      expect(found).toHaveLength(2 * items);
      expect(new Set(found).size).toBe(1);
      expect(found[0]).toBeGreaterThanOrEqual(answered);
    }
  });
});

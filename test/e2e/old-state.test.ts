/** A state directory of the first design, which had other tables. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, it, onTestFinished } from 'vitest';
import { startDynamoDb } from '../../lib/local/emulators/dynamodb.ts';
import { type LocalStackOptions, startLocalStack } from '../../lib/local/stack.ts';
import { createStateDirectory } from '../../lib/local/state-directory.ts';
import { runningApp } from './running-app.ts';

let assembly: string;

beforeAll(async () => {
  ({ assembly } = await runningApp());
});

it('refuses an old state directory in one line that names --fresh, which replaces it', async () => {
  const root = mkdtempSync(join(tmpdir(), 'scep-old-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  await makeOldTable(createStateDirectory(root).dynamoDb);

  const options: LocalStackOptions = { assembly, stateDirectory: root };
  await expect(startLocalStack(options)).rejects.toThrow(/^[^\n]*Start with --fresh[^\n]*$/);
  const stack = await startLocalStack({ ...options, isFresh: true });
  await stack.stop();
});

async function makeOldTable(directory: string): Promise<void> {
  const dynamoDb = await startDynamoDb(directory);
  await dynamoDb.ensureTable({
    TableName: 'ScepConnector-ServiceLedgerHistory5E5B3E5C',
    AttributeDefinitions: [
      { AttributeName: 'connectorDay', AttributeType: 'S' },
      { AttributeName: 'at', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'connectorDay', KeyType: 'HASH' },
      { AttributeName: 'at', KeyType: 'RANGE' },
    ],
    BillingMode: 'PAY_PER_REQUEST',
  });
  await dynamoDb.stop();
}

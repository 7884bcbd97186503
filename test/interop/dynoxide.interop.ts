import { CreateTableCommand } from '@aws-sdk/client-dynamodb';
import { beforeAll } from 'vitest';
import { describeDynamoDb } from '../contract/dynamodb-contract.ts';
import { clientOf, contractTables } from '../contract/dynamodb-requests.ts';
import { buildMilliseconds, installDynoxide, startDynoxide } from './dynoxide.ts';
import { describeWith } from './tools.ts';

describeWith(['cargo'], 'the contract of our DynamoDB emulator', () => {
  beforeAll(async () => {
    await installDynoxide();
  }, buildMilliseconds);

  describeDynamoDb('dynoxide', async () => {
    const { endpoint, stop } = await startDynoxide();
    const client = clientOf(endpoint);
    for (const table of contractTables) await client.send(new CreateTableCommand(table));
    return {
      client,
      stop: async () => {
        client.destroy();
        await stop();
      },
    };
  });
});

import { expect, test } from 'vitest';
import { readItems } from '../../../lambda/aws/read-items.ts';

test('a read without keys sends nothing, because DynamoDB refuses an empty BatchGetItem', async () => {
  const client = {
    send: async () => {
      throw new Error('ValidationException');
    },
  };
  const item = await readItems(client, { Enrolments: [] });
  expect(item('Enrolments', { id: { S: 'a' } })).toBeUndefined();
});

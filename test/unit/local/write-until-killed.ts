/**
 * A process that runs transactions on the tables in a directory, and prints the number of each,
 * until it is killed.
 */
import { createOperations } from '../../../lib/local/emulators/dynamodb/operations.ts';
import { openStore } from '../../../lib/local/emulators/dynamodb/store.ts';

const [, , directory = '', items = '1'] = process.argv;
const { TransactWriteItems } = createOperations(openStore(directory), {});
if (!TransactWriteItems) throw new Error('no transactions');
for (let run = 1; ; run += 1) {
  await TransactWriteItems({
    TransactItems: Array.from({ length: Number(items) }, (_, index) => ({
      Put: {
        TableName: 'rows',
        Item: { id: { S: String(index) }, of: { S: 'all' }, run: { N: String(run) } },
      },
    })),
  });
  process.stdout.write(`${run}\n`);
}

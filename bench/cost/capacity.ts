/** The capacity that DynamoDB calls consume, computed from the items before and after each call. */
import type { GlobalSecondaryIndexDescription } from '@aws-sdk/client-dynamodb';
import type { AroundCall, SignedCall } from '../../lib/local/emulators/signed-call.ts';
import { countIndexUnits } from './index-writes.ts';
import { readUnits, type WireItem, writeUnits } from './item-size.ts';
import type { Consumption } from './prices.ts';

/** Calls an operation of the emulator, outside any function's role. */
type Send = (operation: string, input: object) => Promise<Readonly<Record<string, unknown>>>;

interface Write {
  readonly table: string;
  readonly key: WireItem;
}

/**
 * Creates a hook that adds each call's consumption to `consumed()`, and adds nothing while that is
 * undefined.
 */
export function countCapacity(consumed: () => Consumption | undefined, send: Send): AroundCall {
  const indexes = new Map<string, readonly GlobalSecondaryIndexDescription[]>();
  const indexesOf = async (TableName: string) => {
    const known = indexes.get(TableName);
    if (known) return known;
    const { Table } = (await send('DescribeTable', { TableName })) as {
      readonly Table: { readonly GlobalSecondaryIndexes?: GlobalSecondaryIndexDescription[] };
    };
    indexes.set(TableName, Table.GlobalSecondaryIndexes ?? []);
    return Table.GlobalSecondaryIndexes ?? [];
  };
  const itemOf = async ({ table, key }: Write): Promise<WireItem | undefined> => {
    const input = { TableName: table, Key: key, ConsistentRead: true };
    return (await send('GetItem', input)).Item as WireItem | undefined;
  };
  return async (call, run) => {
    const sum = consumed();
    if (sum === undefined || !call.targetPrefix.startsWith('DynamoDB')) return await run();
    const writes = listWrites(call);
    const before = await Promise.all(writes.map(itemOf));
    const output = await run();
    const factor = call.operation === 'TransactWriteItems' ? 2 : 1;
    for (const [at, write] of writes.entries()) {
      const after = await itemOf(write);
      sum.writeUnits += factor * writeUnits(before[at], after);
      for (const index of await indexesOf(write.table))
        sum.writeUnits += countIndexUnits(index, before[at], after);
    }
    sum.readUnits += countReadUnits(call, output);
    return output;
  };
}

type Input = Readonly<Record<string, never>>;

/** The items that a call writes, by their keys; every table's key is `id`. */
function listWrites({ operation, input }: SignedCall): readonly Write[] {
  const one = (write: Input): Write => ({
    table: String(write.TableName),
    key: write.Key ?? { id: (write.Item as unknown as WireItem).id ?? {} },
  });
  if (operation === 'PutItem' || operation === 'UpdateItem') return [one(input as Input)];
  if (operation !== 'TransactWriteItems') return [];
  const items = input.TransactItems as readonly Readonly<Record<string, Input>>[];
  return items.flatMap((item) => Object.values(item).map(one));
}

/**
 * Each key of a batch counts as one read, found or not. A GetItem that is not consistent costs half
 * a unit.
 */
function countReadUnits({ operation, input }: SignedCall, output: unknown): number {
  if (operation === 'GetItem') return input.ConsistentRead === true ? 1 : 0.5;
  if (operation !== 'BatchGetItem') return 0;
  const keys = Object.values(input.RequestItems as Record<string, { readonly Keys: object[] }>)
    .map(({ Keys }) => Keys.length)
    .reduce((sum, count) => sum + count, 0);
  const { Responses = {} } = output as { readonly Responses?: Record<string, WireItem[]> };
  const found = Object.values(Responses).flat();
  const units = found.map(readUnits).reduce((sum, each) => sum + each, 0);
  return units + keys - found.length;
}

import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimed, refusing } from './samples.ts';
import { kinds, readRow } from './stored-kinds.ts';
import { dynamoStores, type Stores, startTables } from './stores.ts';

let running: Awaited<ReturnType<typeof startTables>>;
let stores: Stores;
beforeAll(async () => {
  running = await startTables();
  stores = dynamoStores(running.client);
});
afterAll(() => running.stop());

/** A damaged attribute: removed, or of a type that we never write. */
const damages: Readonly<Record<string, AttributeValue | undefined>> = {
  missing: undefined,
  null: { NULL: true },
};

describe.each(Object.entries(kinds))('%s', (_, { fault, attributes, optional = [], stored }) => {
  const isRefused = async (name: string, value: AttributeValue | undefined): Promise<void> => {
    const { table, id, read } = await stored(stores);
    const item = await running.item(table, id);
    expect(Object.keys(item ?? {})).toContain(name);
    const { [name]: __, ...rest } = item ?? {};
    await running.put(table, { ...rest, ...(value && { [name]: value }) });
    await expect(read()).rejects.toMatchObject({ code: fault, about: id });
  };

  it('is read if it is intact', async () => {
    const { read } = await stored(stores);
    await expect(read()).resolves.toBeDefined();
  });

  it('is an error that names it if a required attribute is missing', async () => {
    for (const name of attributes)
      for (const value of Object.values(damages)) await isRefused(name, value);
  });

  it('is an error that names it if an attribute has another type', async () => {
    for (const name of optional) await isRefused(name, damages.null);
  });
});

describe('an invalid number', () => {
  it.each(['attempt', 'grantedAt'])(
    'in %s of a row is an error that names the row',
    async (name) => {
      const { table, id, read } = readRow(stores, await claimed(stores));
      const item = await running.item(table, id);
      await running.put(table, { ...item, [name]: { S: 'NaN' } });
      await expect(read()).rejects.toMatchObject({ code: 'EnrolmentRowUnreadable', about: id });
    },
  );
});

describe('an unknown code', () => {
  it('is an error that names the row', async () => {
    const row = await claimed(stores);
    await stores.attempts.settle(refusing(row));
    const { table, id, read } = readRow(stores, row);
    const item = await running.item(table, id);
    await running.put(table, { ...item, code: { S: 'Nonsense' } });
    await expect(read()).rejects.toMatchObject({ code: 'EnrolmentRowUnreadable', about: id });
  });

  it('is an error for a status too', async () => {
    const { table, id, read } = readRow(stores, await claimed(stores));
    const item = await running.item(table, id);
    await running.put(table, { ...item, status: { S: 'done' } });
    await expect(read()).rejects.toMatchObject({ code: 'EnrolmentRowUnreadable', about: id });
  });
});

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoEnvelopes } from '../../lambda/aws/dynamo-envelopes.ts';
import type { Envelopes } from '../../lambda/ports.ts';
import { memoryEnvelopes } from '../fakes/memory-envelopes.ts';
import { emulatedTable } from './dynamo.ts';

/** The contract of every replay guard, in memory and in DynamoDB alike. */
function envelopesContract(envelopes: () => Pick<Envelopes, 'admit'>): void {
  it('admits a key with its envelope repeatedly', async () => {
    const mark = { encryptedKeySha256: randomUUID(), envelopeSha256: 'one' };
    expect(await envelopes().admit(mark)).toBe(true);
    expect(await envelopes().admit(mark)).toBe(true);
  });

  it('refuses the same key with another envelope, and keeps the first', async () => {
    const mark = { encryptedKeySha256: randomUUID(), envelopeSha256: 'one' };
    await envelopes().admit(mark);
    expect(await envelopes().admit({ ...mark, envelopeSha256: 'two' })).toBe(false);
    expect(await envelopes().admit({ ...mark, envelopeSha256: 'two' })).toBe(false);
    expect(await envelopes().admit(mark)).toBe(true);
  });
}

describe('the replay guard in memory', () => {
  const envelopes = memoryEnvelopes();
  envelopesContract(() => envelopes);
});

describe('the replay guard in DynamoDB', () => {
  let table: Awaited<ReturnType<typeof emulatedTable>>;
  beforeAll(async () => {
    table = await emulatedTable();
  });
  afterAll(() => table.stop());
  envelopesContract(() =>
    dynamoEnvelopes(table.client, table.table, {
      connectorId: 'test',
      keptDays: 14,
      nowSeconds: () => 1_800_000_000,
    }),
  );
});

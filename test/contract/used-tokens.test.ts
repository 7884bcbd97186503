import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoUsedTokens } from '../../lambda/aws/dynamo-used-tokens.ts';
import type { UsedToken, UsedTokens } from '../../lambda/ports.ts';
import { memoryUsedTokens } from '../fakes/memory-used-tokens.ts';
import { emulatedTable } from './dynamo.ts';

const now = 1_800_000_000;

const token = (id: string, password: number, madeAtSeconds = now): UsedToken => ({
  id,
  requestDigest: 'digest',
  sealedPassword: Uint8Array.of(password),
  madeAtSeconds,
});

const passwordOf = ({ sealedPassword }: UsedToken) => sealedPassword[0];

/** What every store of client tokens must do, in memory and in DynamoDB alike. */
function usedTokensContract(tokens: () => UsedTokens): void {
  it('keeps the first of two, and gives it to the second', async () => {
    const id = `test#token#${randomUUID()}`;
    expect(passwordOf(await tokens().keep(token(id, 1), now - 300))).toBe(1);
    expect(passwordOf(await tokens().keep(token(id, 2), now - 300))).toBe(1);
  });

  it('gives one password to ten that ask at once', async () => {
    const id = `test#token#${randomUUID()}`;
    const asks = Array.from({ length: 10 }, (_, at) => tokens().keep(token(id, at), now - 300));
    expect(new Set((await Promise.all(asks)).map(passwordOf)).size).toBe(1);
  });

  it('forgets a stale one', async () => {
    const id = `test#token#${randomUUID()}`;
    await tokens().keep(token(id, 1, now - 300), now - 600);
    expect(passwordOf(await tokens().keep(token(id, 2), now - 300))).toBe(2);
  });
}

describe('client tokens in memory', () => {
  const tokens = memoryUsedTokens();
  usedTokensContract(() => tokens);
});

describe('client tokens in DynamoDB', () => {
  let table: Awaited<ReturnType<typeof emulatedTable>>;
  beforeAll(async () => {
    table = await emulatedTable('challenges');
  });
  afterAll(() => table.stop());
  usedTokensContract(() => dynamoUsedTokens(table.client, table.table));
});

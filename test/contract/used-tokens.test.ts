import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDynamoUsedTokens } from '../../lambda/aws/dynamo-used-tokens.ts';
import type { UsedToken, UsedTokens } from '../../lambda/ports/challenges.ts';
import { memoryUsedTokens } from '../support/fakes/memory-used-tokens.ts';
import { emulatedTable } from './dynamo.ts';

const now = 1_800_000_000;

const token = (id: string, password: number, madeAtSeconds = now): UsedToken => ({
  id,
  requestDigest: 'digest',
  sealedPassword: Uint8Array.of(password),
  madeAtSeconds,
});

const passwordOf = ({ sealedPassword }: UsedToken) => sealedPassword[0];

/** The contract of every store of client tokens, in memory and in DynamoDB. */
function usedTokensContract(tokens: () => UsedTokens): void {
  it('keeps the first of two, and returns it to the second', async () => {
    const id = `test#token#${randomUUID()}`;
    expect(passwordOf(await tokens().keep(token(id, 1), now - 300))).toBe(1);
    expect(passwordOf(await tokens().keep(token(id, 2), now - 300))).toBe(1);
  });

  it('gives one password to ten concurrent calls', async () => {
    const id = `test#token#${randomUUID()}`;
    const calls = Array.from({ length: 10 }, (_, at) => tokens().keep(token(id, at), now - 300));
    expect(new Set((await Promise.all(calls)).map(passwordOf)).size).toBe(1);
  });

  it('drops a stale token', async () => {
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
  usedTokensContract(() => createDynamoUsedTokens(table.client, table.table));
});

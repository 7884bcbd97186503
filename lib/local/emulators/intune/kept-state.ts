/** The emulator's state across restarts: the challenges' key, and the transactions. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  appendToJournal,
  readJournal,
  readStoredJson,
  writeStoredJson,
} from '../../stored-json.ts';
import type { Transaction } from './scep-actions.ts';
import type { TenantParts } from './tenant.ts';

/** Opens the state in a directory; without a directory it is in memory. */
export const openState = (
  directory: string | undefined,
): Pick<TenantParts, 'challengeKey' | 'transactions'> => {
  if (directory === undefined)
    return { challengeKey: randomBytes(32), transactions: new Map<string, Transaction>() };
  mkdirSync(directory, { recursive: true });
  return {
    challengeKey: ensureKey(join(directory, 'challenge-key.json')),
    transactions: openTransactions(join(directory, 'transactions.jsonl')),
  };
};

const ensureKey = (path: string): Uint8Array => {
  const stored = readStoredJson<string>(path) ?? randomBytes(32).toString('base64');
  writeStoredJson(path, stored);
  return Buffer.from(stored, 'base64');
};

const openTransactions = (path: string): TenantParts['transactions'] => {
  const known = new Map(readJournal<[string, Transaction]>(path));
  return {
    get: (id) => known.get(id),
    set: (id, transaction) => {
      known.set(id, transaction);
      appendToJournal(path, [id, transaction]);
    },
  };
};

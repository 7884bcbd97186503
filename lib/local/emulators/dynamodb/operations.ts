/** All operations of the emulator: dynalite's, those in front of it, and injected faults. */
import type { Store } from 'dynalite/db/index.js';
import type { Json, Operation } from '../aws-service.ts';
import type { Authorize } from '../signed-call.ts';
import { runBatchGetItem } from './batch-get-item.ts';
import { cacheTables } from './cached-tables.ts';
import {
  type DynaliteOperation,
  dynaliteOperations,
  readRequest,
  runAction,
} from './dynalite-operations.ts';
import { createFaultInjector, createThrottledReply, type FaultRates } from './injected-faults.ts';
import { createIsolation } from './isolation.ts';
import type { WriteOperation } from './plan-write.ts';
import { refuseSelectWithoutProjection } from './select-without-projection.ts';
import { transactGetItems } from './transact-get-items.ts';
import { transactWriteItems } from './transact-write-items.ts';
import { createTransactionTokens } from './transaction-tokens.ts';
import { writeItem } from './write-item.ts';

/** How the emulator differs from an idle DynamoDB. */
export interface DynamoDbOptions {
  /**
   * How long a transaction holds its items. Above 0, an operation on such an item conflicts, as on
   * AWS. At 0, the default, it waits instead.
   */
  readonly transactionMilliseconds?: number;
  /** The injected faults; if omitted, none are injected. */
  readonly faults?: FaultRates;
  /** The check before every operation; if omitted, every call passes. */
  readonly authorize?: Authorize;
}

/** The operations by name; each rejects with a refusal. */
export type Operations = Readonly<Record<string, Operation>>;

// The others express a throttle differently: BatchGetItem leaves keys, and TransactWriteItems gives
// a reason.
const throttledAsAWhole = ['GetItem', 'PutItem', 'UpdateItem', 'DeleteItem', 'Query', 'Scan'];

/** The operations on one store. */
export const createOperations = (opened: Store, options: DynamoDbOptions): Operations => {
  const { store, changing } = cacheTables(opened);
  const faults = createFaultInjector(options.faults);
  const isolation = createIsolation(options.transactionMilliseconds ?? 0, faults);
  const tokens = createTransactionTokens(Date.now);
  const context = { store, isolation, tokens, faults };
  const write = (name: WriteOperation) => (input: Json) => writeItem(store, isolation, name, input);
  const read = (name: 'GetItem' | 'Query' | 'Scan') => async (input: Json) => {
    refuseSelectWithoutProjection(input);
    return runAction(store, name, readRequest(store, name, input));
  };
  const run = async (name: DynaliteOperation, input: Json) =>
    runAction(opened, name, readRequest(opened, name, input));
  const plain = dynaliteOperations.map((name) => [name, (input: Json) => run(name, input)]);
  const operations: Operations = {
    ...Object.fromEntries(plain),
    DeleteTable: (input) => changing(() => run('DeleteTable', input)),
    UpdateTable: (input) => changing(() => run('UpdateTable', input)),
    GetItem: read('GetItem'),
    PutItem: write('PutItem'),
    UpdateItem: write('UpdateItem'),
    DeleteItem: write('DeleteItem'),
    Query: read('Query'),
    Scan: read('Scan'),
    BatchGetItem: (input) => runBatchGetItem(store, faults, input),
    TransactWriteItems: (input) => transactWriteItems(context, input),
    TransactGetItems: (input) => transactGetItems(context, input),
  };
  if (!faults.isOn) return operations;
  const throttle = (name: string) => async (input: Json) => {
    if (faults.throttles()) throw createThrottledReply();
    return operations[name]?.(input);
  };
  return {
    ...operations,
    ...Object.fromEntries(throttledAsAWhole.map((name) => [name, throttle(name)])),
  };
};

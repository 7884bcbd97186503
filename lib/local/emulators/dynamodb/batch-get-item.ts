/** BatchGetItem: dynalite's operation, and the keys that DynamoDB leaves unprocessed under load. */
import type { Store } from 'dynalite/db/index.js';
import type { Json } from '../aws-service.ts';
import { readRequest, runAction } from './dynalite-operations.ts';
import type { FaultInjector } from './injected-faults.ts';
import { refuse } from './refusal.ts';

type Batch = Readonly<Record<string, Json & { readonly Keys: readonly Json[] }>>;

/**
 * Rejects with ProvisionedThroughputExceededException if every key is left unprocessed, as AWS
 * does.
 */
export const runBatchGetItem = async (
  store: Store,
  faults: FaultInjector,
  input: Json,
): Promise<Json> => {
  // dynalite omits some members from UnprocessedKeys; they are in the original request.
  const requested = input.RequestItems as Batch;
  const request = readRequest(store, 'BatchGetItem', input);
  const { read, left } = faults.isOn
    ? leaveKeys(request.RequestItems as Batch, faults)
    : { read: request.RequestItems as Batch, left: {} };
  if (Object.keys(read).length === 0) throw refuse(...exceeded);
  const output = await runAction(store, 'BatchGetItem', { ...request, RequestItems: read });
  return { ...output, UnprocessedKeys: merge(requested, output.UnprocessedKeys as Batch, left) };
};

const exceeded = [
  'ProvisionedThroughputExceededException',
  'The level of configured provisioned throughput for the table was exceeded.',
] as const;

type Keys = Readonly<Record<string, readonly Json[]>>;

const leaveKeys = (batch: Batch, faults: FaultInjector): { read: Batch; left: Keys } => {
  const read: Record<string, Batch[string]> = {};
  const left: Record<string, readonly Json[]> = {};
  for (const [table, wanted] of Object.entries(batch)) {
    const isLeft = wanted.Keys.map(() => faults.leavesKey());
    const kept = wanted.Keys.filter((_, index) => !isLeft[index]);
    if (kept.length > 0) read[table] = { ...wanted, Keys: kept };
    if (kept.length < wanted.Keys.length) left[table] = wanted.Keys.filter((_, i) => isLeft[i]);
  }
  return { read, left };
};

/** The keys to request again: those of both lists, each table with its request's other members. */
const merge = (requested: Batch, tooLarge: Batch = {}, left: Keys): Batch =>
  Object.fromEntries(
    Object.entries(requested).flatMap(([table, wanted]) => {
      const Keys = [...(tooLarge[table]?.Keys ?? []), ...(left[table] ?? [])];
      return Keys.length === 0 ? [] : [[table, { ...wanted, Keys }]];
    }),
  );

/**
 * TransactWriteItems: checks all conditions against the current items, then writes everything in
 * one batch, or nothing.
 */
import db, { type Item, type Store } from 'dynalite/db/index.js';
import type { Json } from '../aws-service.ts';
import {
  buildReasonsAt,
  cancelFor,
  conflict,
  none,
  type Reason,
  throttling,
  toReason,
} from './cancellation.ts';
import type { FaultInjector } from './injected-faults.ts';
import type { Isolation } from './isolation.ts';
import { findWrittenItem, planWrite, type WritePlan } from './plan-write.ts';
import { refuse } from './refusal.ts';
import { commit } from './store.ts';
import { type LocatedItem, locateItems, lockItems } from './transaction-items.ts';
import { readTransaction, type TransactionPart } from './transaction-request.ts';
import { computeDigest, type TransactionTokens } from './transaction-tokens.ts';

/** Dependencies of a transaction. */
export interface TransactionContext {
  readonly store: Store;
  readonly isolation: Isolation;
  readonly tokens: TransactionTokens;
  readonly faults: FaultInjector;
}

/**
 * Rejects with TransactionCanceledException, with one reason per item in the request's order.
 * Rejects with ValidationException or ResourceNotFoundException for the whole request. A repeat
 * that its token answers consumes no capacity here, while AWS counts reads for it.
 */
export const transactWriteItems = async (
  context: TransactionContext,
  input: Json,
): Promise<Json> => {
  // Computed before the request is parsed, because parsing changes it.
  const digest = computeDigest(input.TransactItems);
  const { parts, token, returnsCapacity } = readTransaction(context.store, input);
  let plans: readonly WritePlan[] = [];
  await context.tokens.runOnce(token, digest, async () => {
    plans = await perform(context, parts);
  });
  return returnsCapacity ? { ConsumedCapacity: sumCapacity(parts, plans) } : {};
};

const perform = async (
  context: TransactionContext,
  parts: readonly TransactionPart[],
): Promise<readonly WritePlan[]> => {
  const { store, isolation, faults } = context;
  const items = await locateItems(store, parts);
  const ids = items.map(({ id }) => id);
  if (faults.throttles()) {
    cancelFor(buildReasonsAt(new Set([faults.pick(ids.length)]), ids.length, throttling));
  }
  cancelFor(buildReasonsAt(isolation.findConflicts(ids), ids.length, conflict));
  return isolation.hold(ids, () => apply(store, parts, items));
};

const apply = async (
  store: Store,
  parts: readonly TransactionPart[],
  items: readonly LocatedItem[],
): Promise<readonly WritePlan[]> => {
  const unlock = await lockItems(store, items);
  try {
    const plans = await Promise.all(
      parts.map(({ operation, request }) => planWrite(store, operation, request, async () => {})),
    );
    cancelFor(plans.map((plan, index) => toPlanReason(plan, parts[index]?.wantsItem ?? false)));
    const changes = plans.flatMap(({ changes }, index) =>
      parts[index]?.isCheckOnly ? [] : changes,
    );
    refuseOversize(plans);
    await commit(store, changes);
    return plans;
  } finally {
    unlock();
  }
};

const toPlanReason = (plan: WritePlan, wantsItem: boolean): Reason =>
  plan.refusal ? toReason(plan.refusal, wantsItem ? plan.oldItem : undefined) : none;

const maxTransactionBytes = 4 * 1024 * 1024;

const refuseOversize = (plans: readonly WritePlan[]): void => {
  const bytes = plans
    .map(({ changes }) => findWrittenItem(changes))
    .reduce((sum, item) => sum + (item ? db.itemSize(item) : 0), 0);
  if (bytes <= maxTransactionBytes) return;
  throw refuse(
    'ValidationException',
    `The items of the transaction have ${bytes} bytes, more than ${maxTransactionBytes}`,
  );
};

/**
 * Twice the capacity of the plain write, summed per table, because AWS writes every item of a
 * transaction twice.
 */
const sumCapacity = (
  parts: readonly TransactionPart[],
  plans: readonly WritePlan[],
): readonly Json[] => {
  const units = new Map<string, number>();
  plans.forEach(({ oldItem, changes }, index) => {
    const table = parts[index]?.table ?? '';
    const items = [oldItem, findWrittenItem(changes)];
    const larger = Math.max(...items.map((item) => (item ? countUnits(item) : 1)));
    units.set(table, (units.get(table) ?? 0) + 2 * larger);
  });
  return [...units].map(([TableName, CapacityUnits]) => ({
    TableName,
    CapacityUnits,
    WriteCapacityUnits: CapacityUnits,
  }));
};

const countUnits = (item: Item): number => Math.ceil(db.itemSize(item) / 1024);

/** The reasons for a transaction's cancellation, one per item. */
import type { Item } from 'dynalite/db/index.js';
import type { Json } from '../aws-service.ts';
import { throttledMessage } from './injected-faults.ts';
import { type Refusal, readMessage, refuse } from './refusal.ts';
import { isConditionFailure } from './returned-on-failure.ts';

/** One entry of CancellationReasons. */
export type Reason = Json & { readonly Code: string };

/** The reason of an item that caused no cancellation. */
export const none: Reason = { Code: 'None' };

/** The reason of an item that is in another transaction. */
export const conflict: Reason = {
  Code: 'TransactionConflict',
  Message: 'Transaction is ongoing for the item',
};

/** The reason of an item whose table has no capacity left. */
export const throttling: Reason = { Code: 'ThrottlingError', Message: throttledMessage };

/**
 * The reason of an item whose condition failed, or whose operation is invalid for its table or the
 * item.
 */
export const toReason = (refusal: Refusal, item?: Item): Reason => ({
  Code: isConditionFailure(refusal) ? 'ConditionalCheckFailed' : 'ValidationError',
  Message: readMessage(refusal),
  ...(item && isConditionFailure(refusal) ? { Item: item } : {}),
});

/** The same reason at some positions of a list, and "None" at the others. */
export const buildReasonsAt = (
  positions: ReadonlySet<number>,
  length: number,
  reason: Reason,
): readonly Reason[] =>
  Array.from({ length }, (_, index) => (positions.has(index) ? reason : none));

/** Throws TransactionCanceledException if a reason is not "None". */
export const cancelFor = (reasons: readonly Reason[]): void => {
  const codes = reasons.map(({ Code }) => Code);
  if (codes.every((code) => code === none.Code)) return;
  throw refuse(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes.join(', ')}]`,
    { CancellationReasons: reasons },
  );
};

/** TransactWriteItems, and its result: written, or which conditions failed. */
import {
  type CancellationReason,
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { FaultCode } from '../core/errors.ts';
import type { Item } from './attributes.ts';
import { readFailedReason } from './failed-condition.ts';
import { type Repeats, repeatUntilDecided, undecided } from './repeat-until-decided.ts';

/**
 * For each item in order: undefined if its condition held, else the item that failed it; {} if no
 * item was there.
 */
export type FailedConditions = readonly (Item | undefined)[];

/**
 * Whether DynamoDB checked the condition of this item. If it did not, the transaction was cancelled
 * before it was decided, and the failed conditions of other items do not count.
 */
const isDecided = (reason: CancellationReason): boolean =>
  (reason.Code ?? 'None') === 'None' || readFailedReason(reason) !== undefined;

/**
 * The codes of transactions that are repeated, because they met another one or capacity was short.
 * Any other code is an error of ours.
 */
const repeatedCodes: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ProvisionedThroughputExceeded',
  'ThrottlingError',
]);

/**
 * Writes all items or none. Returns `'written'`, or the failed conditions. Throws `code` if the
 * transaction stays undecided. The reasons contain sealed values, so they are never logged.
 */
export function transact(
  client: Pick<DynamoDBClient, 'send'>,
  TransactItems: TransactWriteItem[],
  code: FaultCode,
  repeats?: Repeats,
): Promise<'written' | FailedConditions> {
  return repeatUntilDecided(
    async () => {
      try {
        await client.send(new TransactWriteItemsCommand({ TransactItems }));
        return 'written' as const;
      } catch (error) {
        if (!(error instanceof TransactionCanceledException)) throw error;
        return readConditions(error);
      }
    },
    code,
    repeats,
  );
}

function readConditions(error: TransactionCanceledException): FailedConditions | typeof undecided {
  const reasons = error.CancellationReasons ?? [];
  if (reasons.length > 0 && reasons.every(isDecided)) return reasons.map(readFailedReason);
  if (reasons.some(({ Code = '' }) => repeatedCodes.has(Code))) return undecided;
  throw error;
}

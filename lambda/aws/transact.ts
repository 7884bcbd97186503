/** TransactWriteItems with a verdict: done, or which conditions failed. */
import {
  type CancellationReason,
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { FaultCode } from '../core/errors.ts';
import type { Item } from './enrolment-keys.ts';
import { type Repeats, repeatUntilDecided, undecided } from './repeat-until-decided.ts';

/**
 * For each item in order: `undefined` if its condition held, else the item that failed it; {} if no
 * item was there.
 */
export type FailedConditions = readonly (Item | undefined)[];

/**
 * With one of these codes no failed condition counts, because the transaction was cancelled before
 * it was decided.
 */
const isVerdict = ({ Code = 'None' }: CancellationReason): boolean =>
  Code === 'None' || Code === 'ConditionalCheckFailed';

/**
 * These are repeated: another transaction met it, or capacity was short. Any other code is an error
 * of ours.
 */
const repeated: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ProvisionedThroughputExceeded',
  'ThrottlingError',
]);

/**
 * Writes all items or none. Returns `'written'`, or the failed conditions. The reasons hold sealed
 * values, so they are never logged; throws `code` if the transaction stays undecided.
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
        return verdictOf(error);
      }
    },
    code,
    repeats,
  );
}

function verdictOf(error: TransactionCanceledException): FailedConditions | typeof undecided {
  const reasons = error.CancellationReasons ?? [];
  if (reasons.length > 0 && reasons.every(isVerdict))
    return reasons.map(({ Code, Item }) =>
      Code === 'ConditionalCheckFailed' ? (Item ?? {}) : undefined,
    );
  if (reasons.some(({ Code = '' }) => repeated.has(Code))) return undecided;
  throw error;
}

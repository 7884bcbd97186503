/** One conditional write: whether it happened, and if not, the item that was there. */
import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  type PutItemCommandInput,
  TransactionConflictException,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { FaultCode } from '../core/errors.ts';
import type { Item } from './enrolment-keys.ts';
import { type Repeats, repeatUntilDecided, undecided } from './repeat-until-decided.ts';

/**
 * The attributes after the write (with `ReturnValues`), or the item that failed its condition; {}
 * if no item was there.
 */
export type Written = { readonly written: Item } | { readonly failed: Item };

/**
 * One partition key takes 1,000 write units a second. The SDK has made three tries by then, and
 * none of them was applied.
 */
const isThrottled = (error: unknown): boolean =>
  error instanceof ProvisionedThroughputExceededException ||
  (error instanceof Error && error.name === 'ThrottlingException');

/**
 * Sends a PutItem or an UpdateItem; a write that is throttled, or meets a transaction on its item,
 * is repeated. Throws `code` if it always does.
 */
export const writeConditionally = (
  client: Pick<DynamoDBClient, 'send'>,
  command: PutItemCommand | UpdateItemCommand,
  code: FaultCode,
  repeats?: Repeats,
): Promise<Written> =>
  repeatUntilDecided(
    async () => {
      try {
        const answer = await client.send(command as UpdateItemCommand);
        return { written: answer.Attributes ?? {} };
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return { failed: error.Item ?? {} };
        if (error instanceof TransactionConflictException || isThrottled(error)) return undecided;
        throw error;
      }
    },
    code,
    repeats,
  );

/** A PutItem that returns the item in its way. */
export const put = (input: PutItemCommandInput): PutItemCommand =>
  new PutItemCommand({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD', ...input });

/** An UpdateItem. */
export const update = (input: UpdateItemCommandInput): UpdateItemCommand =>
  new UpdateItemCommand(input);

/** Whether the write happened. */
export const isWritten = (result: Written): boolean => 'written' in result;

/** One conditional write: whether it happened, and if not, the item that was there. */
import {
  type DynamoDBClient,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  type PutItemCommandInput,
  TransactionConflictException,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { FaultCode } from '../core/errors.ts';
import type { Item } from './attributes.ts';
import { readFailedCondition } from './failed-condition.ts';
import { type Repeats, repeatUntilDecided, undecided } from './repeat-until-decided.ts';

/**
 * The attributes after the write (with `ReturnValues`), or the item that failed its condition; {}
 * if no item was there.
 */
export type Written = { readonly written: Item } | { readonly failed: Item };

/** An update without its table and key. */
export type ItemChange = Omit<UpdateItemCommandInput, 'TableName' | 'Key'>;

type WriteCommand = PutItemCommand | UpdateItemCommand;

/** Sends a PutItem or an UpdateItem once. Throws every error except a failed condition. */
export async function writeOnce(
  client: Pick<DynamoDBClient, 'send'>,
  command: WriteCommand,
): Promise<Written> {
  try {
    const answer = await client.send(command as UpdateItemCommand);
    return { written: answer.Attributes ?? {} };
  } catch (error) {
    const failed = readFailedCondition(error);
    if (failed === undefined) throw error;
    return { failed };
  }
}

/**
 * Sends a PutItem or an UpdateItem. Repeats a write that is throttled, or that meets a transaction
 * on its item. Throws `code` if the write stays undecided.
 */
export const writeConditionally = (
  client: Pick<DynamoDBClient, 'send'>,
  command: WriteCommand,
  code: FaultCode,
  repeats?: Repeats,
): Promise<Written> =>
  repeatUntilDecided(
    async () => {
      try {
        return await writeOnce(client, command);
      } catch (error) {
        if (error instanceof TransactionConflictException || isThrottled(error)) return undecided;
        throw error;
      }
    },
    code,
    repeats,
  );

/**
 * One partition key takes 1,000 write units a second. The SDK has made three tries by then, and
 * DynamoDB applied none of them.
 */
const isThrottled = (error: unknown): boolean =>
  error instanceof ProvisionedThroughputExceededException ||
  (error instanceof Error && error.name === 'ThrottlingException');

/** A PutItem that returns the item that failed its condition. */
export const put = (input: PutItemCommandInput): PutItemCommand =>
  new PutItemCommand({ ReturnValuesOnConditionCheckFailure: 'ALL_OLD', ...input });

/** An UpdateItem. */
export const update = (input: UpdateItemCommandInput): UpdateItemCommand =>
  new UpdateItemCommand(input);

/** Whether the write happened. */
export const isWritten = (result: Written): result is { readonly written: Item } =>
  'written' in result;

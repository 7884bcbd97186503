/** The only place that decides whether an error of DynamoDB means "the condition failed". */
import { type CancellationReason, ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { Item } from './attributes.ts';

/**
 * The item that failed the condition of a single write; undefined for every other error. It is {}
 * if no item was there, or if the write did not request it.
 */
export const readFailedCondition = (error: unknown): Item | undefined =>
  error instanceof ConditionalCheckFailedException ? (error.Item ?? {}) : undefined;

/** The same for one item of a transaction; undefined for every other reason. */
export const readFailedReason = ({ Code, Item }: CancellationReason): Item | undefined =>
  Code === 'ConditionalCheckFailed' ? (Item ?? {}) : undefined;

/**
 * `ReturnValuesOnConditionCheckFailure`, which dynalite does not implement. AWS adds the item to
 * the failed condition.
 */
import type { Item } from 'dynalite/db/index.js';
import type { Json } from '../aws-service.ts';
import { isNamed, type Refusal, readMessage, refuse } from './refusal.ts';

/** The member's type in dynalite's notation. */
export const returnedOnFailureType = { type: 'String', enum: ['ALL_OLD', 'NONE'] };

/** Reads whether `ReturnValuesOnConditionCheckFailure` is ALL_OLD; throws for an invalid value. */
export const readReturnedOnFailure = (input: Json): boolean => {
  const value = input.ReturnValuesOnConditionCheckFailure ?? 'NONE';
  if (value === 'NONE' || value === 'ALL_OLD') return value === 'ALL_OLD';
  throw refuse(
    'ValidationException',
    `1 validation error detected: Value '${value}' at 'returnValuesOnConditionCheckFailure' failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, NONE]`,
  );
};

/** The refusal of a plain write, with the item if its condition failed and `isWanted`. */
export const createConditionFailure = (
  refusal: Refusal,
  isWanted: boolean,
  item: Item | undefined,
): Refusal => {
  if (!isWanted || !item || !isConditionFailure(refusal)) return refusal;
  return refuse('ConditionalCheckFailedException', readMessage(refusal), { Item: item });
};

/** Whether a refusal is a failed condition. */
export const isConditionFailure = (refusal: Refusal): boolean =>
  isNamed(refusal, 'ConditionalCheckFailedException');

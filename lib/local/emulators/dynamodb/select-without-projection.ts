/**
 * `Select: SPECIFIC_ATTRIBUTES` of Query and Scan without attributes. AWS refuses it, and dynalite
 * returns everything.
 */
import type { Json } from '../aws-service.ts';
import { refuse } from './refusal.ts';

/** Throws ValidationException for such a request. */
export const refuseSelectWithoutProjection = (input: Json): void => {
  const hasAttributes =
    input.ProjectionExpression !== undefined || input.AttributesToGet !== undefined;
  if (input.Select !== 'SPECIFIC_ATTRIBUTES' || hasAttributes) return;
  throw refuse(
    'ValidationException',
    'Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES',
  );
};

/** The stored facts of an attempt, from the items of its row, its progress and the rate limiter. */
import type { Known } from '../ports/enrolments.ts';
import type { Item } from './attributes.ts';
import { readNextTurn } from './dynamo-rate-limiter.ts';
import { readRow } from './enrolment-item.ts';
import { readProgress } from './progress-item.ts';

/** Reads the facts; each item may be missing. */
export const readKnownItems = ({
  row,
  progress,
  rateLimiter,
}: {
  readonly row: Item | undefined;
  readonly progress: Item | undefined;
  readonly rateLimiter: Item | undefined;
}): Omit<Known, 'challenge'> => ({
  ...(row && { row: readRow(row) }),
  ...(progress && { progress: readProgress(progress) }),
  nextTurnAtMilliseconds: readNextTurn(rateLimiter),
});

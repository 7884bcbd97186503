import type { Attempt } from '../core/attempt.ts';
import type { Item } from './attributes.ts';
import { toEarlierRowKey, toRowKey } from './enrolment-keys.ts';

/**
 * Tries a change under both keys that an attempt's row can have: as the newest attempt, and as an
 * earlier one. A later attempt moves the row from one to the other. Every change must require the
 * attempt's number. Returns whether the change was written.
 */
export async function updateAttemptRow(
  connectorId: string,
  attempt: Attempt,
  change: (Key: Item) => Promise<boolean>,
): Promise<boolean> {
  return (
    (await change(toRowKey(connectorId, attempt.enrolmentId))) ||
    (await change(toEarlierRowKey(connectorId, attempt)))
  );
}

/** The one item that every claim's transaction writes. It serializes them as DynamoDB does. */
import { undecided } from '../../lambda/aws/repeat-until-decided.ts';
import type { VirtualClock } from './virtual-clock.ts';

/**
 * How long a transaction holds its items, in milliseconds. A public project measured such conflicts
 * (docs/decisions/015-transactions.md).
 */
const transactionMilliseconds = { from: 10, to: 20 };

/**
 * A transaction on the item. If another one holds the item, it is cancelled at once and stays
 * undecided.
 */
export function createContendedItem({
  sleep,
}: VirtualClock): () => Promise<true | typeof undecided> {
  let isHeld = false;
  return async () => {
    if (isHeld) return undecided;
    isHeld = true;
    const { from, to } = transactionMilliseconds;
    await sleep(from + Math.random() * (to - from));
    isHeld = false;
    return true;
  };
}

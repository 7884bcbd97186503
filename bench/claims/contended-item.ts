/** One item that every claim's transaction writes, as DynamoDB serializes it. */
import { undecided } from '../../lambda/aws/undecided.ts';
import type { VirtualClock } from './virtual-clock.ts';

/** How long a transaction holds its items, in milliseconds; a public project measured such conflicts (docs/decisions). */
const transactionMilliseconds = { from: 10, to: 20 };

/** A transaction on the item. One that meets another is cancelled at once, and nothing is decided. */
export function contendedItem({ sleep }: VirtualClock): () => Promise<true | typeof undecided> {
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

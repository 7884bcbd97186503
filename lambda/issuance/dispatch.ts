/**
 * The dispatcher starts the attempts that are due, every minute, at the rate of the CA. Concurrent
 * runs are harmless, because the conditions of the rows decide.
 */
import type { DueAttempt, DueAttempts } from '../ports/due-attempts.ts';
import type { Clock } from '../ports/system.ts';
import { type ChosenAttempt, chooseDue } from './choose-due.ts';

/** The dependencies of the dispatcher. */
export interface DispatchContext {
  readonly due: DueAttempts;
  readonly start: (attempt: DueAttempt) => Promise<void>;
  /** When the next turn at the CA is, in epoch milliseconds. */
  readonly nextTurn: () => Promise<number>;
  readonly perSecond: number;
  /** Names this run in the lease. */
  readonly holder: string;
  readonly clock: Clock;
  /** When this run ends, in epoch milliseconds. */
  readonly endsAtMilliseconds: number;
}

/** The result of a run. */
export interface Dispatched {
  readonly started: number;
  /** Attempts that an execution works on. */
  readonly running: number;
  /** Attempts whose start or postponement failed; they stay due. */
  readonly failed: number;
}

/**
 * The queue at the CA that the dispatcher fills, in milliseconds. It is longer than a tick, so that
 * the CA is never idle.
 */
const queueMilliseconds = 10_000;

const tickMilliseconds = 1000;
const leaseSeconds = 10;
/** Rows of one query; the rest stays due until the next tick. */
const maxRows = 200;
const maxConcurrentStarts = 16;

/** The pause after a failed start, in seconds. Step Functions throttles in bursts. */
const retryAfterSeconds = 2;

/**
 * Runs until no attempt is due or the time is up. A second run waits for the lease of the first
 * one. If it ended instead, nothing would start for the rest of the minute. Throws if the index
 * cannot be read.
 */
export async function dispatch(context: DispatchContext): Promise<Dispatched> {
  const { clock, due, endsAtMilliseconds } = context;
  const total = { started: 0, running: 0, failed: 0 };
  while (clock.nowMilliseconds() < endsAtMilliseconds) {
    if (!(await takeLease(context))) {
      await clock.sleep(tickMilliseconds);
      continue;
    }
    const now = clock.nowSeconds();
    // Includes the rows that become due before the next tick.
    const attempts = await due.due(now + 1, maxRows);
    if (attempts.length === 0) break;
    const room = await computeRoom(context);
    const progress = await due.progressOf(attempts);
    const tick = await startDue(chooseDue(attempts, progress, room, clock.nowSeconds()), context);
    total.started += tick.started;
    total.running += tick.running;
    total.failed += tick.failed;
    await clock.sleep(tickMilliseconds);
  }
  return total;
}

/** Takes or renews the lease, which ends with this run at the latest. */
async function takeLease({
  due,
  clock,
  holder,
  endsAtMilliseconds,
}: DispatchContext): Promise<boolean> {
  const now = clock.nowSeconds();
  const endsAt = Math.ceil(endsAtMilliseconds / 1000);
  return await due.lease(holder, now, Math.min(now + leaseSeconds, endsAt));
}

/** The number of attempts without a turn that this tick starts, which fill the queue. */
async function computeRoom({ nextTurn, perSecond, clock }: DispatchContext): Promise<number> {
  const ahead = Math.max(0, (await nextTurn()) - clock.nowMilliseconds());
  return Math.max(0, Math.floor(((queueMilliseconds - ahead) / 1000) * perSecond));
}

/** Postpones the chosen attempts, and starts those of them that are to be started. */
async function startDue(
  chosen: readonly ChosenAttempt[],
  context: DispatchContext,
): Promise<Dispatched> {
  const counts = { started: 0, running: 0, failed: 0 };
  await runConcurrently(chosen, maxConcurrentStarts, async ({ attempt, dueAtSeconds, isStart }) => {
    try {
      // Postponed first, so that of two dispatchers only the one whose condition holds starts the
      // attempt.
      const isPostponed = await context.due.postpone(attempt, dueAtSeconds);
      if (!isPostponed) return;
      if (isStart) await startOrPutBack(attempt, dueAtSeconds, context);
      counts[isStart ? 'started' : 'running'] += 1;
    } catch {
      counts.failed += 1;
    }
  });
  return counts;
}

/**
 * Starts an attempt. After a failed start, makes it due again soon, because no execution runs until
 * the postponed time. Then throws the error of the start.
 */
async function startOrPutBack(
  attempt: DueAttempt,
  postponedToSeconds: number,
  { start, due, clock }: DispatchContext,
): Promise<void> {
  try {
    await start(attempt);
  } catch (error) {
    const postponed = { ...attempt, dueAtSeconds: postponedToSeconds };
    await due.postpone(postponed, clock.nowSeconds() + retryAfterSeconds);
    throw error;
  }
}

/** Runs `run` for every item, for at most `maxConcurrent` items at a time. */
async function runConcurrently<Item>(
  items: readonly Item[],
  maxConcurrent: number,
  run: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: Math.min(maxConcurrent, items.length) }, worker));
}

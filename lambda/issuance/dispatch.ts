/**
 * Starts the attempts that are due, every minute, at the rate of the CA. A second run at the same
 * time only costs calls, because the conditions of the rows decide.
 */
import type { DueAttempt, DueAttempts } from '../ports/due-attempts.ts';
import type { AttemptProgress } from '../ports/enrolments.ts';
import type { Clock } from '../ports/system.ts';
import { maxAttemptSeconds } from './task.ts';

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
  /** When this run has to end, in epoch milliseconds. */
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
 * The length at which the queue is kept, in milliseconds. It exceeds the scep function's own
 * threshold, so older rows go first.
 */
const queueMilliseconds = 10_000;

const tickMilliseconds = 1000;
const leaseSeconds = 10;
/** Rows of one query; the rest stays due until the next tick. */
const maxRows = 200;
const maxConcurrentStarts = 16;

/**
 * How long after a start an execution that died is started again, in seconds: its own limit and a
 * margin.
 */
const restartAfterSeconds = maxAttemptSeconds + 15;

/** A failed start is tried again after so many seconds; Step Functions throttles in bursts. */
const retryAfterSeconds = 2;

/**
 * Runs until nothing is due or the time is over. A run that finds another one at work waits for its
 * end: without it nothing would be started for the rest of the minute. Throws if the index cannot
 * be read.
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
    const room = await roomIn(context);
    const progress = await due.progressOf(attempts);
    const tick = await startDue(attempts, progress, room, context);
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

/** How many attempts without a turn are started in this tick: as many as fill the queue. */
async function roomIn({ nextTurn, perSecond, clock }: DispatchContext): Promise<number> {
  const ahead = Math.max(0, (await nextTurn()) - clock.nowMilliseconds());
  return Math.max(0, Math.floor(((queueMilliseconds - ahead) / 1000) * perSecond));
}

async function startDue(
  attempts: readonly DueAttempt[],
  progress: readonly (AttemptProgress | undefined)[],
  room: number,
  context: DispatchContext,
): Promise<Dispatched> {
  const now = context.clock.nowSeconds();
  const counts = { started: 0, running: 0, failed: 0 };
  let left = room;
  const chosen: {
    readonly attempt: DueAttempt;
    readonly dueAtSeconds: number;
    readonly isStart: boolean;
  }[] = [];
  attempts.forEach((attempt, at) => {
    const restartAt = computeRunningUntil(attempt, progress[at]);
    if (restartAt > now) chosen.push({ attempt, dueAtSeconds: restartAt, isStart: false });
    else if (progress[at]?.attempt === attempt.attempt || left > 0) {
      if (progress[at]?.attempt !== attempt.attempt) left -= 1;
      chosen.push({ attempt, dueAtSeconds: now + restartAfterSeconds, isStart: true });
    }
  });
  await eachOf(chosen, maxConcurrentStarts, async ({ attempt, dueAtSeconds, isStart }) => {
    try {
      // The due time is moved first: of two dispatchers, the one whose condition holds starts the
      // attempt.
      const isMoved = await context.due.postpone(attempt, dueAtSeconds);
      if (!isMoved) return;
      if (isStart) await startOrPutBack(attempt, dueAtSeconds, context);
      counts[isStart ? 'started' : 'running'] += 1;
    } catch {
      counts.failed += 1;
    }
  });
  return counts;
}

/**
 * After a failed start the attempt is due again soon, not after the limit of an execution that
 * never began. Throws all the same.
 */
async function startOrPutBack(
  attempt: DueAttempt,
  movedToSeconds: number,
  { start, due, clock }: DispatchContext,
): Promise<void> {
  try {
    await start(attempt);
  } catch (error) {
    const moved = { ...attempt, dueAtSeconds: movedToSeconds };
    await due.postpone(moved, clock.nowSeconds() + retryAfterSeconds);
    throw error;
  }
}

/**
 * Until when an execution may be working on an attempt, in seconds; in the past if none is. A row
 * that Certify postponed is started when it is due: at its turn or long after its mark.
 */
export function computeRunningUntil(
  { attempt, dueAtSeconds }: DueAttempt,
  progress: AttemptProgress | undefined,
): number {
  if (progress?.attempt !== attempt) return 0;
  const { turnAtMilliseconds, askedAtSeconds } = progress;
  const active = askedAtSeconds ?? turnAtMilliseconds / 1000;
  return dueAtSeconds >= active + restartMarginSeconds(askedAtSeconds)
    ? 0
    : active + restartAfterSeconds;
}

/**
 * Certify postpones a marked attempt at least four minutes after its start, and one without a mark
 * to its turn.
 */
const restartMarginSeconds = (askedAtSeconds: number | undefined): number =>
  askedAtSeconds === undefined ? -1 : 60;

/** Runs the jobs, at most `width` at a time. */
async function eachOf<Item>(
  items: readonly Item[],
  atOnce: number,
  run: (item: Item) => Promise<void>,
): Promise<void> {
  const queue = [...items];
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await run(item);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
}

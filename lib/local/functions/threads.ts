/**
 * Limits the worker threads. Lambda starts an environment per event, but a laptop has two cores for
 * all of them.
 */

/** The threads of all functions of a stack. */
export interface ThreadBudget {
  /** Takes a thread for a function that already has `own` threads; false if it has to wait. */
  readonly take: (own: number) => boolean;
  /** Returns a thread, and wakes all waiters. */
  readonly giveBack: () => void;
  /** Calls `wake` when the next thread is returned. */
  readonly onFree: (wake: () => void) => void;
}

// A thread takes about 20 MB. Twelve serve eight clients' requests and the work behind them.
const maxThreads = 12;

// Every function can always take these, because a function that waits for another must not occupy
// its threads.
const minThreadsPerFunction = 2;

/** Creates the budget; no thread runs yet. */
export const createThreadBudget = (
  maxTotalThreads: number = maxThreads,
  each: number = minThreadsPerFunction,
): ThreadBudget => {
  let threads = 0;
  let waiting: (() => void)[] = [];
  return {
    take: (own) => {
      if (own >= each && threads >= maxTotalThreads) return false;
      threads += 1;
      return true;
    },
    giveBack: () => {
      threads -= 1;
      const woken = waiting;
      waiting = [];
      for (const wake of woken) wake();
    },
    onFree: (wake) => {
      waiting.push(wake);
    },
  };
};

/**
 * How many worker threads there are: Lambda would start an environment per event, a laptop has two
 * cores for all.
 */

/** The threads of all functions of a stack. */
export interface ThreadBudget {
  /** Takes a thread for a function that has `own` of them already; false where it has to wait. */
  readonly take: (own: number) => boolean;
  /** Gives a thread back, and wakes everything that waits. */
  readonly giveBack: () => void;
  /** Calls `wake` at the next thread that is given back. */
  readonly onFree: (wake: () => void) => void;
}

// A thread costs some 20 MB. Twelve are eight clients' requests and what works on them meanwhile.
const threadsAtMost = 12;

// Every function gets these in any case: a function that waits for another must not take its
// threads.
const threadsEach = 2;

/** Makes the budget; no thread runs yet. */
export const createThreadBudget = (
  most: number = threadsAtMost,
  each: number = threadsEach,
): ThreadBudget => {
  let threads = 0;
  let waiting: (() => void)[] = [];
  return {
    take: (own) => {
      if (own >= each && threads >= most) return false;
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

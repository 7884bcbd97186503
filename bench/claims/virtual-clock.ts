/**
 * A clock that jumps to the next timer once no other work is left. So a simulated minute takes no
 * real minute.
 */
import { setImmediate } from 'node:timers/promises';

/** Virtual time in milliseconds. */
export interface VirtualClock {
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Runs until no timer is left. */
  readonly run: () => Promise<void>;
}

/** Creates a clock at 0. */
export function createVirtualClock(): VirtualClock {
  let now = 0;
  const timers: { readonly at: number; readonly wake: () => void }[] = [];
  return {
    now: () => now,
    sleep: (milliseconds) =>
      new Promise((wake) => void timers.push({ at: now + milliseconds, wake })),
    run: async () => {
      // One turn of the event loop lets every ready promise continue.
      await setImmediate();
      while (timers.length > 0) {
        timers.sort((one, other) => other.at - one.at);
        const next = timers.pop();
        if (next === undefined) return;
        now = next.at;
        next.wake();
        await setImmediate();
      }
    },
  };
}

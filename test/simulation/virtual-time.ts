/**
 * Virtual time: a queue of events, and one clock that jumps from each event to the next. Only an
 * event of this queue resolves the promises of the code under test. So everything that an event
 * triggers has run before the next event.
 */
export interface VirtualTime {
  /** Milliseconds since the simulation began. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Calls `run` later. `run` must not throw. */
  readonly after: (milliseconds: number, run: () => void) => void;
  /** Starts a task of the simulation. An error of the task ends the run. */
  readonly spawn: (task: () => Promise<unknown>) => void;
  /** Runs until no event is left. Throws the first error of a task or of `afterEach`. */
  readonly run: (afterEach?: () => void) => Promise<void>;
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** The start of every simulation in epoch milliseconds, since certificates contain dates. */
export const epoch = Date.UTC(2027, 0, 4, 8);

/** Creates a clock at zero with an empty queue. */
export function createVirtualTime(): VirtualTime {
  const queue: Event[] = [];
  let clock = 0;
  let order = 0;
  let failure: { readonly error: unknown } | undefined;
  const after = (milliseconds: number, run: () => void): void => {
    order += 1;
    push(queue, { at: clock + Math.max(0, Math.ceil(milliseconds)), order, run });
  };
  const fail = (error: unknown): void => {
    failure ??= { error };
  };
  return {
    now: () => clock,
    after,
    sleep: (milliseconds) => new Promise((resolve) => after(milliseconds, resolve)),
    spawn: (task) => after(0, () => void task().catch(fail)),
    run: async (afterEach = () => {}) => {
      for (let event = pop(queue); event && !failure; event = pop(queue)) {
        clock = event.at;
        event.run();
        await waitForPromises();
        afterEach();
      }
      if (failure) throw failure.error;
    },
  };
}

/** Node.js drains the tick queue when no promise job is left, so all of them have run by then. */
const waitForPromises = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

const isBefore = (one: Event, other: Event): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/** A binary heap, since ten thousand devices fill a long queue. */
function push(heap: Event[], event: Event): void {
  let at = heap.push(event) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (!isBefore(event, heap[parent] as Event)) break;
    heap[at] = heap[parent] as Event;
    at = parent;
  }
  heap[at] = event;
}

function pop(heap: Event[]): Event | undefined {
  const first = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return first;
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= heap.length) break;
    const right = heap[child + 1];
    if (right && isBefore(right, heap[child] as Event)) child += 1;
    if (!isBefore(heap[child] as Event, last)) break;
    heap[at] = heap[child] as Event;
    at = child;
  }
  heap[at] = last;
  return first;
}

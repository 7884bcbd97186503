/**
 * Virtual time: a queue of events and one clock that jumps from each to the next. The code under
 * test is made of promises that nothing but an event of this queue resolves, so after each event
 * everything it set off has run before the next.
 */
export interface VirtualTime {
  /** Milliseconds since the simulation began. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Calls later; `run` must not throw. */
  readonly after: (milliseconds: number, run: () => void) => void;
  /** Starts a task of the simulation's own; its error ends the run. */
  readonly spawn: (task: () => Promise<unknown>) => void;
  /** Runs until nothing is left to happen; throws the first error of a task, or of `afterEach`. */
  readonly run: (afterEach?: () => void) => Promise<void>;
}

interface Event {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** When every simulation begins, in epoch milliseconds: certificates carry dates. */
export const epoch = Date.UTC(2027, 0, 4, 8);

/** A clock at zero with nothing to come. */
export function virtualTime(): VirtualTime {
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
        await everythingSetOff();
        afterEach();
      }
      if (failure) throw failure.error;
    },
  };
}

/**
 * The tick queue is looked at when no promise is left to go on, so this is when all of them have.
 */
const everythingSetOff = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

const isBefore = (one: Event, other: Event): boolean =>
  one.at < other.at || (one.at === other.at && one.order < other.order);

/** A binary heap: ten thousand devices make a long queue. */
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

/**
 * What can happen to a call between two machines. Every call of the simulation is made through
 * `unreliable`.
 */
import { undecided } from '../../lambda/aws/repeat-until-decided.ts';
import type { Dice } from './dice.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Fates and how often each comes among calls that go wrong. */
const fates = {
  slow: 4,
  throttled: 2,
  failed: 2,
  /** Applied, and the answer lost. */
  lost: 4,
  /** The caller gives up, and it is applied after that: the request was on its way. */
  late: 2,
  /** Applied, the answer lost, and applied again at once: the SDK's own retry. */
  repeated: 2,
  killedBefore: 3,
  killedAfter: 3,
} as const satisfies Record<string, number>;

type Fate = keyof typeof fates | 'fine';

const drawn = Object.entries(fates).flatMap(([fate, times]) =>
  Array.from({ length: times }, () => fate as Fate),
);

/**
 * The longest that a request is on its way after its caller gave up, in milliseconds: the deadline
 * of our clients.
 */
const maxLateMilliseconds = 5000;

/** An outage, by the name the SDK or Lambda gives it. */
export class Outage extends Error {
  constructor(name: string) {
    super(name);
    this.name = name;
  }
}

const bugs: ReadonlySet<string> = new Set([
  'TypeError',
  'ReferenceError',
  'RangeError',
  'Violation',
]);

/** Whether an error is ours, or an invariant's: neither may pass for an outage that is retried. */
export const isBug = (error: unknown): boolean => error instanceof Error && bugs.has(error.name);

/** Who calls: it may be killed, and then it never hears of anything again. */
export interface Caller {
  readonly label: string;
  readonly isAlive: () => boolean;
  readonly kill: () => void;
  /**
   * A device and Step Functions outlive a call: what would kill them is an answer that does not
   * come.
   */
  readonly isDurable?: boolean;
  /** The share of its calls that go wrong. */
  readonly faultRate: () => number;
}

/** What is called. */
export interface Target {
  readonly name: string;
  /** The error of a throttled call. */
  readonly throttledAs?: string;
  /**
   * What the SDK does after a lost answer: a transaction has a token, and some clients send once.
   */
  readonly repeats?: 'again' | 'byToken' | 'never';
}

/** What a call is made through. */
export interface Network {
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly dice: Dice;
  /** One way, in milliseconds. */
  readonly latency: () => number;
  /** How many times as often a call of this name goes wrong: trouble seldom comes evenly spread. */
  readonly trouble: (name: string) => number;
  /** Runs after each effect that was applied. */
  readonly onEffect: () => void;
}

const never = new Promise<never>(() => {});

/** Makes one call: there, the effect, and back. What becomes of it on the way is the dice's. */
export async function send<Result>(
  network: Network,
  caller: Caller,
  what: Target,
  effect: () => Promise<Result>,
): Promise<Result> {
  const { time, trace, dice } = network;
  if (!caller.isAlive()) return never;
  const fate = fateOf(network, caller, what.name);
  await time.sleep(network.latency() + (fate === 'slow' ? dice.between(100, 15_000) : 0));
  if (!caller.isAlive()) return never;
  const applied = async (): Promise<Result> => {
    try {
      const result = await effect();
      const note = result === undecided ? ' -> undecided' : '';
      trace.note(`${caller.label} ${what.name}${fate === 'fine' ? '' : ` [${fate}]`}${note}`);
      return result;
    } catch (error) {
      trace.note(`${caller.label} ${what.name} -> ${(error as Error).name}`);
      throw error;
    } finally {
      network.onEffect();
    }
  };
  const result = await outcomes[fate]({ ...network, caller, what, applied });
  await time.sleep(network.latency());
  return caller.isAlive() ? result : never;
}

function fateOf({ dice, trouble }: Network, caller: Caller, name: string): Fate {
  const fate = dice.chance(caller.faultRate() * trouble(name)) ? dice.pick(drawn) : 'fine';
  if (!caller.isDurable) return fate;
  if (fate === 'killedBefore') return 'failed';
  return fate === 'killedAfter' ? 'lost' : fate;
}

interface Doomed<Result> extends Network {
  readonly caller: Caller;
  readonly what: Target;
  readonly applied: () => Promise<Result>;
}

type Outcome = <Result>(call: Doomed<Result>) => Promise<Result>;

const outcomes: Readonly<Record<Fate, Outcome>> = {
  fine: ({ applied }) => applied(),
  slow: ({ applied }) => applied(),
  throttled: ({ caller, trace, what }) => {
    trace.note(`${caller.label} ${what.name} [throttled]`);
    throw new Outage(what.throttledAs ?? 'ThrottlingException');
  },
  failed: ({ caller, trace, what }) => {
    trace.note(`${caller.label} ${what.name} [failed]`);
    throw new Outage('InternalServerError');
  },
  lost: async ({ applied, time, dice }) => {
    await applied().catch(ignored);
    await time.sleep(dice.between(0, maxLateMilliseconds));
    throw new Outage('TimeoutError');
  },
  late: async ({ applied, time, dice }) => {
    await time.sleep(dice.between(0, maxLateMilliseconds));
    time.after(dice.between(1, maxLateMilliseconds), () => void applied().catch(ignored));
    throw new Outage('TimeoutError');
  },
  repeated: async ({ applied, time, dice, what }) => {
    const first = await applied().then(
      (result) => ({ result }),
      () => undefined,
    );
    await time.sleep(dice.between(0, 2000));
    if (what.repeats === 'never') throw new Outage('TimeoutError');
    // The token of a transaction that succeeded answers success without writing again.
    if (what.repeats === 'byToken' && first !== undefined) return first.result;
    return await applied();
  },
  killedBefore: ({ caller, trace, what }) => {
    trace.note(`${caller.label} ${what.name} [killedBefore]`);
    caller.kill();
    return never;
  },
  killedAfter: async ({ caller, applied }) => {
    await applied().catch(ignored);
    caller.kill();
    return never;
  },
};

const ignored = (): undefined => undefined;

/** A port as one caller sees it: each of its methods is a call that may go wrong. */
export function unreliable<Port extends object>(
  network: Network,
  caller: Caller,
  port: Port,
  target: Target,
): Port {
  const methods = Object.entries(port as Record<string, unknown>).map(([method, call]) => {
    if (typeof call !== 'function') return [method, call];
    const made = (...inputs: unknown[]) =>
      send(network, caller, { ...target, name: nameOfCall(network, target, method, inputs) }, () =>
        call(...inputs),
      );
    return [method, made];
  });
  return Object.fromEntries(methods);
}

/** How a call reads in the trace. */
export const nameOfCall = (
  { trace }: Pick<Network, 'trace'>,
  { name }: Pick<Target, 'name'>,
  method: string,
  inputs: readonly unknown[],
): string => `${name}.${method}(${inputs.map(trace.nameOf).filter(Boolean).join(', ')})`;

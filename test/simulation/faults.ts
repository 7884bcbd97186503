/**
 * The faults of a call between two machines. Every call of the simulation goes through
 * `makeUnreliable` or `send`.
 */
import { undecided } from '../../lambda/aws/repeat-until-decided.ts';
import type { Dice } from './dice.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The fates of failed calls, with their relative frequency. */
const fates = {
  slow: 4,
  throttled: 2,
  failed: 2,
  /** The call is applied, and its answer is lost. */
  lost: 4,
  /** The caller gives up, and the call is applied later, since the request was still on its way. */
  late: 2,
  /** The call is applied, its answer is lost, and the SDK's retry applies it again. */
  repeated: 2,
  killedBefore: 3,
  killedAfter: 3,
} as const satisfies Record<string, number>;

type Fate = keyof typeof fates | 'fine';

const weightedFates = Object.entries(fates).flatMap(([fate, times]) =>
  Array.from({ length: times }, () => fate as Fate),
);

/**
 * How long a request is on its way after its caller gave up, in milliseconds. This is the deadline
 * of our clients.
 */
const maxLateMilliseconds = 5000;

/** An outage, with the name that the SDK or Lambda gives it. */
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

/** Whether an error is a bug or a violated invariant. Neither is retried as an outage. */
export const isBug = (error: unknown): boolean => error instanceof Error && bugs.has(error.name);

/** The caller of a call. A caller that was killed receives no answer any more. */
export interface Caller {
  readonly label: string;
  readonly isAlive: () => boolean;
  readonly kill: () => void;
  /** Devices and Step Functions cannot be killed. They lose the answer instead. */
  readonly isDurable?: boolean;
  /** The share of its calls that fail. */
  readonly faultRate: () => number;
}

/** The called machine. */
export interface Target {
  readonly name: string;
  /** The error of a throttled call. */
  readonly throttledAs?: string;
  /**
   * How the SDK retries after a lost answer. A transaction has a token, and some clients never
   * retry.
   */
  readonly repeats?: 'again' | 'byToken' | 'never';
}

/** The network between caller and target. */
export interface Network {
  readonly time: VirtualTime;
  readonly trace: Trace;
  readonly dice: Dice;
  /** One way, in milliseconds. */
  readonly latency: () => number;
  /**
   * A factor on the fault rate of calls with this name, since real faults are not spread evenly.
   */
  readonly faultFactor: (name: string) => number;
  /** Runs after each applied call. */
  readonly onEffect: () => void;
}

const never = new Promise<never>(() => {});

/**
 * Makes one call: latency, the effect, latency. The dice draw its fate. Rejects with `Outage`, or
 * with the error of the effect.
 */
export async function send<Result>(
  network: Network,
  caller: Caller,
  what: Target,
  effect: () => Promise<Result>,
): Promise<Result> {
  const { time, trace, dice } = network;
  if (!caller.isAlive()) return never;
  const fate = drawFate(network, caller, what.name);
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

function drawFate({ dice, faultFactor }: Network, caller: Caller, name: string): Fate {
  const fate = dice.chance(caller.faultRate() * faultFactor(name))
    ? dice.pick(weightedFates)
    : 'fine';
  if (!caller.isDurable) return fate;
  if (fate === 'killedBefore') return 'failed';
  return fate === 'killedAfter' ? 'lost' : fate;
}

interface CallInFlight<Result> extends Network {
  readonly caller: Caller;
  readonly what: Target;
  readonly applied: () => Promise<Result>;
}

type Outcome = <Result>(call: CallInFlight<Result>) => Promise<Result>;

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
    await applied().catch(ignore);
    await time.sleep(dice.between(0, maxLateMilliseconds));
    throw new Outage('TimeoutError');
  },
  late: async ({ applied, time, dice }) => {
    await time.sleep(dice.between(0, maxLateMilliseconds));
    time.after(dice.between(1, maxLateMilliseconds), () => void applied().catch(ignore));
    throw new Outage('TimeoutError');
  },
  repeated: async ({ applied, time, dice, what }) => {
    const first = await applied().then(
      (result) => ({ result }),
      () => undefined,
    );
    await time.sleep(dice.between(0, 2000));
    if (what.repeats === 'never') throw new Outage('TimeoutError');
    // A successful transaction answers its token with success, and writes nothing again.
    if (what.repeats === 'byToken' && first !== undefined) return first.result;
    return await applied();
  },
  killedBefore: ({ caller, trace, what }) => {
    trace.note(`${caller.label} ${what.name} [killedBefore]`);
    caller.kill();
    return never;
  },
  killedAfter: async ({ caller, applied }) => {
    await applied().catch(ignore);
    caller.kill();
    return never;
  },
};

const ignore = (): undefined => undefined;

/** Wraps a port for one caller, so that each of its methods is a call that can fail. */
export function makeUnreliable<Port extends object>(
  network: Network,
  caller: Caller,
  port: Port,
  target: Target,
): Port {
  const methods = Object.entries(port as Record<string, unknown>).map(([method, call]) => {
    if (typeof call !== 'function') return [method, call];
    const made = (...inputs: unknown[]) =>
      send(
        network,
        caller,
        { ...target, name: describeCall(network, target, method, inputs) },
        () => call(...inputs),
      );
    return [method, made];
  });
  return Object.fromEntries(methods);
}

/** The name of a call in the trace. */
export const describeCall = (
  { trace }: Pick<Network, 'trace'>,
  { name }: Pick<Target, 'name'>,
  method: string,
  inputs: readonly unknown[],
): string => `${name}.${method}(${inputs.map(trace.nameOf).filter(Boolean).join(', ')})`;

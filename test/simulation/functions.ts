/**
 * Lambda: all functions share one pool of concurrency. A function ends at its timeout, and a fault
 * can kill it at any call.
 */

import { handlerLimits } from '../../lib/cloud/handler-limits.ts';
import { type Caller, type Network, Outage, send } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The functions of a service that take part in enrolments. */
type FunctionName = 'scep' | 'certify' | 'dispatch' | 'find-lost' | 'revoke';

/** One invocation, as its code sees it. */
export interface Invocation extends Caller {
  readonly functionName: FunctionName;
}

/** The functions of an account. */
export interface Functions {
  /**
   * Calls a function. Rejects with the error of the function, `Lambda.TooManyRequestsException` if
   * the pool is full, `Lambda.Unknown` if it was killed, and `Sandbox.Timedout` at its timeout.
   * `admit` can refuse the call before Lambda receives it.
   */
  readonly call: <Result>(
    by: Caller,
    name: FunctionName,
    run: (invocation: Invocation) => Promise<Result>,
    admit?: () => void,
  ) => Promise<Result>;
  readonly busy: () => number;
  readonly busyIn: (name: FunctionName) => number;
  /** How many calls found the pool full. */
  readonly throttled: () => number;
}

/** Creates the functions. `pool` is the number that run at once in the account. */
export function createFunctions(network: Network, pool: number): Functions {
  const { time, trace } = network;
  const running = new Map<FunctionName, number>();
  let invocations = 0;
  let throttled = 0;
  const busy = (): number => [...running.values()].reduce((sum, count) => sum + count, 0);
  const count = (name: FunctionName, change: number): void => {
    running.set(name, (running.get(name) ?? 0) + change);
  };

  const invoke = <Result>(
    by: Caller,
    name: FunctionName,
    run: (invocation: Invocation) => Promise<Result>,
  ): Promise<Result> => {
    if (busy() >= pool) {
      throttled += 1;
      throw new Outage('Lambda.TooManyRequestsException');
    }
    count(name, 1);
    invocations += 1;
    const label = `${by.label}/${name}#${invocations}`;
    return new Promise((resolve, reject) => {
      let alive = true;
      const end = (how: () => void): void => {
        if (!alive) return;
        alive = false;
        count(name, -1);
        how();
      };
      const fail = (why: string): void =>
        end(() => {
          trace.note(`${label} ${why}`);
          reject(new Outage(why));
        });
      const isAlive = (): boolean => alive;
      const kill = (): void => fail('Lambda.Unknown');
      time.after(handlerLimits[name].timeoutSeconds * 1000, () => fail('Sandbox.Timedout'));
      run({ label, functionName: name, isAlive, kill, faultRate: by.faultRate }).then(
        (result) => end(() => resolve(result)),
        (error) => end(() => reject(error)),
      );
    });
  };
  return {
    call: (by, name, run, admit = () => {}) =>
      send(network, by, { name, throttledAs: 'Lambda.TooManyRequestsException' }, async () => {
        admit();
        return invoke(by, name, run);
      }),
    busy,
    busyIn: (name) => running.get(name) ?? 0,
    throttled: () => throttled,
  };
}

/** Pauses an invocation. A killed invocation never continues. */
export async function sleepWhileAlive(
  time: VirtualTime,
  { isAlive }: Pick<Caller, 'isAlive'>,
  milliseconds: number,
): Promise<void> {
  await time.sleep(milliseconds);
  if (!isAlive()) await new Promise<never>(() => {});
}

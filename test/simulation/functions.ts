/**
 * Lambda: one pool of concurrency for all functions. A function ends at its timeout, and may vanish
 * at any call.
 */

import { handlerLimits } from '../../lib/cloud/handler-limits.ts';
import { type Caller, type Network, Outage, send } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/** The functions of a service that enrolling is made of. */
type FunctionName = 'scep' | 'certify' | 'dispatch' | 'find-lost' | 'revoke';

/** One invocation, as the code that runs in it knows it. */
export interface Invocation extends Caller {
  readonly functionName: FunctionName;
}

/** Functions by name. */
export interface Functions {
  /**
   * Calls a function. Rejects with what it threw, `Lambda.TooManyRequestsException` where the pool
   * has no room, `Lambda.Unknown` if it was killed and `Sandbox.Timedout` at its timeout. `admit`
   * may refuse the call before Lambda sees it.
   */
  readonly call: <Result>(
    by: Caller,
    name: FunctionName,
    run: (invocation: Invocation) => Promise<Result>,
    admit?: () => void,
  ) => Promise<Result>;
  readonly busy: () => number;
  readonly busyIn: (name: FunctionName) => number;
  /** How many calls found no room. */
  readonly throttled: () => number;
}

/** Functions without an invocation. `pool` is how many run at once in the account. */
export function functionsOf(network: Network, pool: number): Functions {
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
      const die = (why: string): void =>
        end(() => {
          trace.note(`${label} ${why}`);
          reject(new Outage(why));
        });
      const isAlive = (): boolean => alive;
      const kill = (): void => die('Lambda.Unknown');
      time.after(handlerLimits[name].timeoutSeconds * 1000, () => die('Sandbox.Timedout'));
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

/** A pause inside an invocation; one that was killed never wakes. */
export async function sleepWhileAlive(
  time: VirtualTime,
  { isAlive }: Pick<Caller, 'isAlive'>,
  milliseconds: number,
): Promise<void> {
  await time.sleep(milliseconds);
  if (!isAlive()) await new Promise<never>(() => {});
}

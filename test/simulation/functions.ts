/** Lambda: functions that run side by side up to a limit, end at their timeout, and may vanish at any call. */

import { type Caller, type Network, Outage, send } from './faults.ts';
import type { VirtualTime } from './virtual-time.ts';

/** One invocation, as the code that runs in it knows it. */
export interface Invocation extends Caller {
  readonly functionName: string;
}

/** The limits of a function. */
export interface FunctionLimits {
  readonly atOnce: number;
  readonly timeoutMilliseconds: number;
}

/** Functions by name. */
export interface Functions {
  /**
   * Calls a function. Rejects with what it threw, `Lambda.TooManyRequestsException` where there is no room,
   * `Lambda.Unknown` if it was killed and `Sandbox.Timedout` at its timeout.
   */
  readonly call: <Result>(
    by: Caller,
    name: string,
    run: (invocation: Invocation) => Promise<Result>,
  ) => Promise<Result>;
  readonly busy: () => number;
  readonly busyIn: (name: string) => number;
}

/** Functions without an invocation. */
export function functionsOf(
  network: Network,
  limits: Readonly<Record<string, FunctionLimits>>,
): Functions {
  const { time, trace } = network;
  const running = new Map<string, number>();
  let invocations = 0;
  const count = (name: string, change: number): void => {
    running.set(name, (running.get(name) ?? 0) + change);
  };

  const invoke = <Result>(
    by: Caller,
    name: string,
    run: (invocation: Invocation) => Promise<Result>,
  ): Promise<Result> => {
    const { atOnce, timeoutMilliseconds } = limits[name] ?? { atOnce: 1, timeoutMilliseconds: 0 };
    if ((running.get(name) ?? 0) >= atOnce) throw new Outage('Lambda.TooManyRequestsException');
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
      time.after(timeoutMilliseconds, () => die('Sandbox.Timedout'));
      run({ label, functionName: name, isAlive, kill, faultRate: by.faultRate }).then(
        (result) => end(() => resolve(result)),
        (error) => end(() => reject(error)),
      );
    });
  };
  return {
    call: (by, name, run) =>
      send(network, by, { name, throttledAs: 'Lambda.TooManyRequestsException' }, async () =>
        invoke(by, name, run),
      ),
    busy: () => [...running.values()].reduce((sum, busy) => sum + busy, 0),
    busyIn: (name) => running.get(name) ?? 0,
  };
}

/** A pause inside an invocation; one that was killed never wakes. */
export async function sleepWhileAlive(
  time: VirtualTime,
  invocation: Invocation,
  milliseconds: number,
): Promise<void> {
  await time.sleep(milliseconds);
  if (!invocation.isAlive()) await new Promise<never>(() => {});
}

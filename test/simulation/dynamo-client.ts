/**
 * A store behind the SDK's client. Undecided calls are repeated
 * (lambda/aws/repeat-until-decided.ts), and throttled calls are tried three times.
 */
import {
  defaultRepeats,
  repeatUntilDecided,
  undecided,
} from '../../lambda/aws/repeat-until-decided.ts';
import type { Database } from './database.ts';
import { type Caller, describeCall, type Network, Outage, send } from './faults.ts';
import { sleepWhileAlive } from './functions.ts';
import type { Methods } from './operations.ts';

/** Dependencies of a client. */
export interface ClientContext {
  readonly network: Network;
  readonly database: Database;
  readonly caller: Caller;
}

/** The SDK tries a throttled call three times (lambda/aws/client-defaults.ts). */
const maxTries = 3;
const firstPauseMilliseconds = 50;

/** Wraps a store. Methods that are not listed make no call. */
export function wrapInDynamoClient<Store extends object>(
  name: string,
  store: Store,
  methods: Methods,
  context: ClientContext,
): Store {
  const { network, database, caller } = context;
  const { time, dice } = network;
  const sleep = (milliseconds: number): Promise<void> =>
    sleepWhileAlive(time, caller, milliseconds);
  const timed = { random: dice.fraction, now: time.now, sleep };
  const calls = Object.entries(store as Record<string, unknown>).map(([method, call]) => {
    const described = methods[method];
    if (typeof call !== 'function' || described === undefined) return [method, call];
    const { operation, code, repeats = defaultRepeats } = described;
    const made = (...inputs: never[]): Promise<unknown> => {
      const done = operation(...inputs);
      const target = {
        name: describeCall(network, { name }, method, inputs),
        repeats: done.kind === 'transaction' ? 'byToken' : 'again',
      } as const;
      const sent = () =>
        send(network, caller, target, () => database.perform(done, () => call(...inputs)));
      return repeatUntilDecided(() => withRetries(sent, context, sleep), code, {
        ...repeats,
        ...timed,
      });
    };
    return [method, made];
  });
  return Object.fromEntries(calls);
}

/** Repeats a throttled call with full jitter. */
async function withRetries<Result>(
  call: () => Promise<Result | typeof undecided>,
  { network: { dice } }: ClientContext,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<Result | typeof undecided> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      const isThrottled = error instanceof Outage && error.name === 'ThrottlingException';
      if (!isThrottled) throw error;
      // lambda/aws/conditional-write.ts returns the same.
      if (tries >= maxTries) return undecided;
      await sleep(dice.fraction() * firstPauseMilliseconds * 2 ** tries);
    }
  }
}

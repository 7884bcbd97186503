/**
 * Calls between the bench and a child process: plain functions on both sides of Node's IPC channel.
 */
import type { ChildProcess } from 'node:child_process';

/**
 * The methods that a process offers. Each takes one argument, which can be cloned, as can its
 * result.
 */
export type Methods = Readonly<Record<string, (argument: never) => Promise<unknown>>>;

interface Call {
  readonly id: number;
  readonly method: string;
  readonly argument: unknown;
}

type Answer = { readonly id: number } & ({ readonly result: unknown } | { readonly error: string });

/** Calls a process's method; rejects with its error, or if the process ends before it answers. */
export type Caller<Offered extends Methods> = <Name extends keyof Offered & string>(
  method: Name,
  argument: Parameters<Offered[Name]>[0],
) => ReturnType<Offered[Name]>;

/**
 * In the child: serves its methods until the parent disconnects or ends; then runs `end` and exits.
 */
export function serve(methods: Methods, end: () => Promise<void> = async () => {}): void {
  process.on('message', (call: Call) => void answer(methods, call));
  process.once('disconnect', () => void end().finally(() => process.exit(0)));
}

async function answer(methods: Methods, { id, method, argument }: Call): Promise<void> {
  try {
    const result = await methods[method]?.(argument as never);
    process.send?.({ id, result } satisfies Answer);
  } catch (error) {
    process.send?.({ id, error: (error as Error).message } satisfies Answer);
  }
}

/**
 * In the parent: returns a caller of a child that was spawned with `ipc` and `serialization:
 * 'advanced'`.
 */
export function createCaller<Offered extends Methods>(child: ChildProcess): Caller<Offered> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let calls = 0;
  child.on('message', (message: Answer) => {
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if ('error' in message) call?.reject(new Error(message.error));
    else call?.resolve(message.result);
  });
  const fail = (reason: string) => {
    for (const { reject } of waiting.values()) reject(new Error(reason));
  };
  child.once('error', (error) => fail(error.message));
  child.once('exit', (code) => fail(`a process of the bench ended with exit code ${code}`));
  return ((method: string, argument: unknown) => {
    const call = Promise.withResolvers<unknown>();
    calls += 1;
    waiting.set(calls, call);
    if (child.connected) child.send({ id: calls, method, argument } satisfies Call);
    else call.reject(new Error('a process of the bench has ended'));
    return call.promise;
  }) as Caller<Offered>;
}

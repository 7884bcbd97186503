/** Runs executions within their time limit and reports their end. */
import type { Invoke } from '../../functions/invocation.ts';
import type { Execution, ExecutionEnd } from './executions.ts';
import { interpret } from './interpreter.ts';
import type { Definition } from './state.ts';
import { StateError } from './state-error.ts';

/** A run in progress. After `abort` its end is not reported. */
export interface Run {
  readonly abort: () => void;
}

/** A runnable state machine: its definition, and the invocation of its tasks. */
export interface StateMachine {
  readonly definition: Definition;
  readonly invoke: (functionArn: string) => Invoke;
}

/** The end of a run: its handler and its time limit. */
interface RunOptions {
  readonly onEnd: (end: ExecutionEnd) => void;
  /** The seconds after which the run times out, regardless of its definition. */
  readonly limitSeconds?: number;
}

/** Starts a run from the first state; `onEnd` is called once. */
export const startRun = (
  { definition, invoke }: StateMachine,
  execution: Pick<Execution, 'input'>,
  { onEnd, limitSeconds = Number.POSITIVE_INFINITY }: RunOptions,
): Run => {
  const controller = new AbortController();
  const { signal } = controller;
  let isOver = false;
  const end = (how: Omit<ExecutionEnd, 'endedAt'> | undefined): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(timer);
    if (how) onEnd({ ...how, endedAt: Date.now() });
  };
  const timeOut = (): void => {
    end({ status: 'TIMED_OUT', error: 'States.Timeout' });
    controller.abort();
  };
  const seconds = Math.min(definition.TimeoutSeconds ?? Number.POSITIVE_INFINITY, limitSeconds);
  const timer = Number.isFinite(seconds) ? setTimeout(timeOut, seconds * 1000) : undefined;
  interpret(definition, JSON.parse(execution.input), { invoke, signal }).then(
    (output) => end({ status: 'SUCCEEDED', output: JSON.stringify(output) }),
    (error: unknown) => end(toFailure(error)),
  );
  return {
    abort: () => {
      end(undefined);
      controller.abort();
    },
  };
};

const toFailure = (error: unknown): Omit<ExecutionEnd, 'endedAt'> => {
  if (error instanceof StateError)
    return { status: 'FAILED', error: error.code, cause: error.message };
  return { status: 'FAILED', error: 'States.Runtime', cause: String(error) };
};

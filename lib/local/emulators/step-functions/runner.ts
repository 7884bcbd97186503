/** Runs executions on aws-local-stepfunctions, their tasks on the function pools. */
import { ExecutionError, ExecutionTimeoutError } from 'aws-local-stepfunctions';
import type { Invoke } from '../../functions/invocation.ts';
import type { RunnableDefinition } from './definition.ts';
import type { Execution, ExecutionEnd } from './executions.ts';

/** A run in progress. After `abort` its end is never told. */
export interface Run {
  readonly abort: () => void;
}

/** The error a task ends with: `name` is what `ErrorEquals` matches, `message` the cause, as AWS words it. */
class TaskError extends Error {
  constructor(name: string, cause: string) {
    super(cause);
    this.name = name;
  }
}

/** A state machine that can be run: its definition, and how its tasks are invoked. */
export interface StateMachine extends RunnableDefinition {
  readonly invoke: (functionArn: string) => Invoke;
}

/** What a run does at its end, and when that is at the latest. */
interface RunOptions {
  readonly onEnd: (end: ExecutionEnd) => void;
  /** Seconds after which the run is ended as timed out, whatever its definition says. */
  readonly limitSeconds?: number;
}

/** Starts a run from the first state; `onEnd` gets how it ended, once. */
export const startRun = (
  { stateMachine, functionArns, invoke }: StateMachine,
  execution: Execution,
  { onEnd, limitSeconds }: RunOptions,
): Run => {
  let isOver = false;
  const task = (arn: string) => async (input: unknown) => {
    // The library wakes a retry's wait when it is aborted, and would try again at once.
    if (isOver) return null;
    const result = await invoke(arn)(input);
    if (result.ok) return JSON.parse(result.payload);
    throw new TaskError(result.error.errorType, JSON.stringify(result.error));
  };
  const handlers = Object.entries(functionArns).map(([state, arn]) => [state, task(arn)] as const);
  const run = stateMachine.run(JSON.parse(execution.input), {
    overrides: { taskResourceLocalHandlers: Object.fromEntries(handlers) },
    noThrowOnAbort: true,
    context: { Execution: { Id: execution.arn, Name: execution.name } },
  });
  const finish = (end: Omit<ExecutionEnd, 'endedAt'>): void => {
    if (isOver) return;
    isOver = true;
    clearTimeout(limit);
    onEnd({ ...end, endedAt: Date.now() });
  };
  const timeOut = (): void => {
    finish({ status: 'TIMED_OUT', error: 'States.Timeout' });
    run.abort();
  };
  const limit = limitSeconds === undefined ? undefined : setTimeout(timeOut, limitSeconds * 1000);
  run.result.then(
    (output) => finish({ status: 'SUCCEEDED', output: JSON.stringify(output) }),
    (error: unknown) => finish(failureOf(error)),
  );
  return {
    abort: () => {
      isOver = true;
      clearTimeout(limit);
      run.abort();
    },
  };
};

const failureOf = (error: unknown): Omit<ExecutionEnd, 'endedAt'> => {
  if (error instanceof ExecutionTimeoutError)
    return { status: 'TIMED_OUT', error: 'States.Timeout' };
  const cause = error instanceof ExecutionError ? error.cause : error;
  const { name, message } = cause instanceof Error ? cause : new Error(String(cause));
  return { status: 'FAILED', error: name, cause: message };
};

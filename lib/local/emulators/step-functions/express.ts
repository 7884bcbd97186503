/**
 * Express workflows: started asynchronously, in memory only while they run, and ended after five
 * minutes.
 */
import { randomUUID } from 'node:crypto';
import { type Json, readOptionalText } from '../aws-service.ts';
import type { Execution, ExecutionEnd } from './executions.ts';
import { checkInput, checkName, toStartedOutput } from './requests.ts';
import { type Run, type StateMachine, startRun } from './runner.ts';

/**
 * Decides when and how often a started execution runs. The Step Functions guide promises "at least
 * once" for asynchronous Express workflows. The default runs each once, immediately. `run` returns
 * undefined once the runner stops.
 */
export type Delivery = (run: () => Run | undefined) => void;

/** Dependencies of the Express executions. */
interface ExpressOptions {
  readonly deliver: Delivery;
  /** The seconds after which an execution times out. */
  readonly limitSeconds: number;
  readonly onEnd: (execution: Execution, end: ExecutionEnd) => void;
}

/** An execution that has not ended. */
export interface OpenExecution {
  readonly stateMachineArn: string;
  readonly input: string;
}

/** The Express executions of one stack run. */
interface ExpressExecutions {
  /** StartExecution; every call is an execution, even with the same name. */
  readonly start: (stateMachineArn: string, machine: StateMachine, input: Json) => Json;
  /** The running executions. */
  readonly running: () => readonly OpenExecution[];
  readonly stop: () => void;
}

/** Creates the executions; none runs yet. They do not outlive the process. */
export const createExpressExecutions = (options: ExpressOptions): ExpressExecutions => {
  const runs = new Map<Run, Execution>();
  let isStopped = false;

  const run = (machine: StateMachine, execution: Execution): Run | undefined => {
    if (isStopped) return undefined;
    const running = startRun(machine, execution, {
      limitSeconds: options.limitSeconds,
      onEnd: (end) => {
        runs.delete(own);
        options.onEnd(execution, end);
      },
    });
    const own: Run = {
      abort: () => {
        runs.delete(own);
        running.abort();
      },
    };
    runs.set(own, execution);
    return own;
  };
  return {
    start: (stateMachineArn, machine, request) => {
      const name = checkName(readOptionalText(request, 'name'));
      const execution = {
        stateMachineArn,
        name,
        arn: `${stateMachineArn.replace(':stateMachine:', ':express:')}:${name}:${randomUUID()}`,
        input: checkInput(readOptionalText(request, 'input') ?? '{}'),
        startedAt: Date.now(),
      };
      options.deliver(() => run(machine, execution));
      return toStartedOutput(execution);
    },
    running: () =>
      [...runs.values()].map(({ stateMachineArn, input }) => ({ stateMachineArn, input })),
    stop: () => {
      isStopped = true;
      for (const each of [...runs.keys()]) each.abort();
    },
  };
};

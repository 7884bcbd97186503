/** Step Functions (2016-11-23) with Express workflows, as much as the app uses. */
import type { Invoke } from '../functions/invocation.ts';
import { AwsError, type AwsService, requiredText } from './aws-service.ts';
import { readDefinition } from './step-functions/definition.ts';
import type { Execution, ExecutionEnd } from './step-functions/executions.ts';
import {
  createExpressExecutions,
  type Delivery,
  type OpenExecution,
} from './step-functions/express.ts';
import type { StateMachine } from './step-functions/runner.ts';

/** What becomes of executions. */
export interface StepFunctionsOptions {
  /** Receives every execution that did not succeed. */
  readonly onFailure?: (execution: Execution, end: ExecutionEnd) => void;
  /** When and how often an Express execution runs; once and at once by default. */
  readonly deliver?: Delivery;
  /** Seconds after which an Express execution is ended as timed out; AWS's 300 by default. */
  readonly expressLimitSeconds?: number;
}

/** A state machine as its template has it. */
interface StateMachineDeclaration {
  readonly arn: string;
  readonly definition: string;
  /** How its tasks are invoked, under its own role. */
  readonly invoke: (functionArn: string) => Invoke;
  /** For messages. */
  readonly where: string;
}

/** The emulator, and what deploying a template needs beside its operations. */
export interface StepFunctions extends AwsService {
  /** Adds a state machine; refuses a definition it does not model. */
  readonly addStateMachine: (declaration: StateMachineDeclaration) => void;
  /** The executions that run now. */
  readonly running: () => readonly OpenExecution[];
  /**
   * Starts executions again, from their first state, that the last stop of the runner ended. On AWS they would have gone on. One whose
   * state machine has left the app is dropped.
   */
  readonly resume: (executions: readonly OpenExecution[]) => void;
  readonly stop: () => void;
}

// "Express Workflows can run for up to five minutes" (Step Functions Developer Guide, choosing a
// workflow type).
const expressLimitSeconds = 300;

/** Makes the emulator; state machines are added afterwards. */
export const createStepFunctions = (options: StepFunctionsOptions): StepFunctions => {
  const { deliver = (run) => run(), onFailure } = options;
  const machines = new Map<string, StateMachine>();
  const express = createExpressExecutions({
    deliver,
    limitSeconds: options.expressLimitSeconds ?? expressLimitSeconds,
    onEnd: (execution, end) => {
      if (end.status !== 'SUCCEEDED') onFailure?.(execution, end);
    },
  });
  return {
    name: 'Step Functions',
    targetPrefix: 'AWSStepFunctions',
    operations: {
      StartExecution: (input) => {
        const arn = requiredText(input, 'stateMachineArn');
        const machine = machines.get(arn);
        if (machine) return express.start(arn, machine, input);
        throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
      },
    },
    addStateMachine: ({ arn, definition, invoke, where }) => {
      machines.set(arn, { definition: readDefinition(definition, where), invoke });
    },
    running: express.running,
    resume: (executions) => {
      for (const { stateMachineArn, input } of executions) {
        const machine = machines.get(stateMachineArn);
        if (machine) express.start(stateMachineArn, machine, { input });
      }
    },
    stop: express.stop,
  };
};

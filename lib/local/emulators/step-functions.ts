/** The part of Step Functions (2016-11-23) with Express workflows that the app uses. */
import type { Invoke } from '../functions/invocation.ts';
import { AwsError, type AwsService, requireText } from './aws-service.ts';
import { readDefinition } from './step-functions/definition.ts';
import type { Execution, ExecutionEnd } from './step-functions/executions.ts';
import {
  createExpressExecutions,
  type Delivery,
  type OpenExecution,
} from './step-functions/express.ts';
import type { StateMachine } from './step-functions/runner.ts';

/** The behaviour of executions. */
export interface StepFunctionsOptions {
  /** Receives every execution that did not succeed. */
  readonly onFailure?: (execution: Execution, end: ExecutionEnd) => void;
  /** When and how often an Express execution runs; by default once, immediately. */
  readonly deliver?: Delivery;
  /** The seconds after which an Express execution times out; 300 by default, as in AWS. */
  readonly expressLimitSeconds?: number;
}

/** A state machine from its template. */
interface StateMachineDeclaration {
  readonly arn: string;
  readonly definition: string;
  /** Invokes its tasks under its own role. */
  readonly invoke: (functionArn: string) => Invoke;
  /** For messages. */
  readonly where: string;
}

/** The emulator, and the additional operations for deploying a template. */
export interface StepFunctions extends AwsService {
  /** Adds a state machine; refuses a definition that is not modelled. */
  readonly addStateMachine: (declaration: StateMachineDeclaration) => void;
  /** The running executions. */
  readonly running: () => readonly OpenExecution[];
  /**
   * Restarts executions that the runner's last stop ended, from their first state. On AWS they
   * would have continued. An execution is dropped if the app no longer has its state machine.
   */
  readonly resume: (executions: readonly OpenExecution[]) => void;
  readonly stop: () => void;
}

// "Express Workflows can run for up to five minutes" (Step Functions Developer Guide, choosing a
// workflow type).
const expressLimitSeconds = 300;

/** Creates the emulator; state machines are added later. */
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
        const arn = requireText(input, 'stateMachineArn');
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

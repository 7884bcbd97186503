/** Step Functions (2016-11-23), as much as the app uses. */
import type { Invoke } from '../functions/invocation.ts';
import { AwsError, type AwsService, type Json, requiredText } from './aws-service.ts';
import { readDefinition } from './step-functions/definition.ts';
import type { Execution, ExecutionEnd } from './step-functions/executions.ts';
import { createExpressExecutions, type Delivery } from './step-functions/express.ts';
import type { StateMachine } from './step-functions/runner.ts';
import { openStandardExecutions } from './step-functions/standard.ts';

/** Where Standard executions are kept, and what becomes of executions. */
export interface StepFunctionsOptions {
  readonly path: string;
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
  readonly type: 'STANDARD' | 'EXPRESS';
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
  /**
   * Starts again the Standard executions that were running when the last run was stopped, from their first state.
   * Express executions end with the runner, as nothing of them is kept.
   */
  readonly resume: () => number;
  /** The number of Express executions that run now. */
  readonly expressCount: () => number;
  readonly stop: () => void;
}

// "Express Workflows can run for up to five minutes" (Step Functions Developer Guide, choosing a workflow type).
const expressLimitSeconds = 300;

/** Opens the executions; state machines are added afterwards. */
export const createStepFunctions = (options: StepFunctionsOptions): StepFunctions => {
  const { path, deliver = (run) => run(), onFailure } = options;
  const machines = { STANDARD: new Map(), EXPRESS: new Map() } satisfies Record<
    StateMachineDeclaration['type'],
    Map<string, StateMachine>
  >;
  const onEnd = (execution: Execution, end: ExecutionEnd): void => {
    if (end.status !== 'SUCCEEDED') onFailure?.(execution, end);
  };
  const standard = openStandardExecutions({ path, onEnd });
  const express = createExpressExecutions({
    deliver,
    limitSeconds: options.expressLimitSeconds ?? expressLimitSeconds,
    onEnd,
  });
  const start = (input: Json): Json => {
    const arn = requiredText(input, 'stateMachineArn');
    const asExpress = machines.EXPRESS.get(arn);
    if (asExpress) return express.start(arn, asExpress, input);
    const asStandard = machines.STANDARD.get(arn);
    if (asStandard) return standard.start(arn, asStandard, input);
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  };
  return {
    name: 'Step Functions',
    targetPrefix: 'AWSStepFunctions',
    operations: {
      StartExecution: start,
      DescribeExecution: (input) => {
        const arn = requiredText(input, 'executionArn');
        // DescribeExecution's reference: executions of Express state machines are not supported.
        if (arn.includes(':express:')) throw new AwsError('InvalidArn', `Invalid Arn: '${arn}'`);
        return standard.describe(input);
      },
    },
    addStateMachine: ({ arn, type, definition, invoke, where }) => {
      machines[type].set(arn, { definition: readDefinition(definition, where), invoke });
    },
    resume: () => standard.resume(machines.STANDARD),
    expressCount: express.count,
    stop: () => {
      standard.stop();
      express.stop();
    },
  };
};

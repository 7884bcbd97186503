/** Step Functions (2016-11-23) with Standard workflows, as much as the app uses. */
import type { Invoke } from '../functions/invocation.ts';
import { AwsError, type AwsService, type Json, optionalText, requiredText } from './aws-service.ts';
import { type RunnableDefinition, readDefinition } from './step-functions/definition.ts';
import { type Execution, type ExecutionEnd, openExecutions } from './step-functions/executions.ts';
import {
  answerKnown,
  checkedInput,
  describe,
  nameAndArn,
  started,
} from './step-functions/requests.ts';
import { type Run, startRun } from './step-functions/runner.ts';

/** Where executions are kept, and how tasks are invoked. */
export interface StepFunctionsOptions {
  readonly path: string;
  readonly invoke: (functionArn: string) => Invoke;
  /** Told of every execution that did not succeed. */
  readonly onFailure?: (execution: Execution, end: ExecutionEnd) => void;
}

/** The emulator, and what deploying a template needs beside its operations. */
export interface StepFunctions extends AwsService {
  /** Adds a state machine; refuses a definition it does not model. */
  readonly addStateMachine: (arn: string, definition: string, where: string) => void;
  /**
   * Starts again what was running when the last run was stopped, from its first state. Standard workflows go on where
   * they were; the app's tasks may be done twice, so the end is the same.
   */
  readonly resume: () => number;
  readonly stop: () => void;
}

/** Opens the executions; state machines are added afterwards. */
export const createStepFunctions = (options: StepFunctionsOptions): StepFunctions => {
  const executions = openExecutions(options.path);
  const definitions = new Map<string, RunnableDefinition>();
  const runs = new Map<string, Run>();

  const definitionOf = (arn: string): RunnableDefinition => {
    const definition = definitions.get(arn);
    if (definition) return definition;
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  };
  const run = (execution: Execution): void => {
    const onEnd = (end: ExecutionEnd): void => {
      runs.delete(execution.arn);
      executions.end(execution.arn, end);
      if (end.status !== 'SUCCEEDED') options.onFailure?.(execution, end);
    };
    runs.set(
      execution.arn,
      startRun(definitionOf(execution.stateMachineArn), execution, options.invoke, onEnd),
    );
  };

  const start = (input: Json): Json => {
    const stateMachineArn = requiredText(input, 'stateMachineArn');
    definitionOf(stateMachineArn);
    const execution = {
      stateMachineArn,
      ...nameAndArn(stateMachineArn, optionalText(input, 'name')),
      input: checkedInput(optionalText(input, 'input') ?? '{}'),
      startedAt: Date.now(),
    };
    const known = executions.find(execution.arn);
    if (known) return answerKnown(known, execution.input);
    executions.start(execution);
    run(execution);
    return started(execution);
  };

  return {
    name: 'Step Functions',
    targetPrefix: 'AWSStepFunctions',
    operations: {
      StartExecution: start,
      DescribeExecution: (input) => {
        const arn = requiredText(input, 'executionArn');
        const execution = executions.find(arn);
        if (execution) return describe(execution);
        throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
      },
    },
    addStateMachine: (arn, definition, where) => {
      definitions.set(arn, readDefinition(definition, where));
    },
    resume: () => {
      // One whose state machine has left the app can never end; it stays as it is.
      const left = executions
        .running()
        .filter(({ stateMachineArn }) => definitions.has(stateMachineArn));
      left.forEach(run);
      return left.length;
    },
    stop: () => {
      for (const each of runs.values()) each.abort();
    },
  };
};

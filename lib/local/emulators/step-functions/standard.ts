/** Standard workflows: a name is one execution, kept in a journal, and started again after a restart. */
import { AwsError, type Json, optionalText, requiredText } from '../aws-service.ts';
import { type Execution, type ExecutionEnd, openExecutions } from './executions.ts';
import { answerKnown, checkedInput, checkedName, describe, started } from './requests.ts';
import { type Run, type StateMachine, startRun } from './runner.ts';

/** Dependencies of the Standard executions. */
interface StandardOptions {
  readonly path: string;
  readonly onEnd: (execution: Execution, end: ExecutionEnd) => void;
}

/** The Standard executions of one state directory. */
interface StandardExecutions {
  readonly start: (stateMachineArn: string, machine: StateMachine, input: Json) => Json;
  readonly describe: (input: Json) => Json;
  readonly resume: (machines: ReadonlyMap<string, StateMachine>) => number;
  readonly stop: () => void;
}

/** Opens the journal. */
export const openStandardExecutions = (options: StandardOptions): StandardExecutions => {
  const executions = openExecutions(options.path);
  const runs = new Map<string, Run>();
  const run = (machine: StateMachine, execution: Execution): void => {
    const onEnd = (end: ExecutionEnd): void => {
      runs.delete(execution.arn);
      executions.end(execution.arn, end);
      options.onEnd(execution, end);
    };
    runs.set(execution.arn, startRun(machine, execution, { onEnd }));
  };
  return {
    start: (stateMachineArn, machine, request) => {
      const name = checkedName(optionalText(request, 'name'));
      const execution = {
        stateMachineArn,
        name,
        arn: `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`,
        input: checkedInput(optionalText(request, 'input') ?? '{}'),
        startedAt: Date.now(),
      };
      const known = executions.find(execution.arn);
      if (known) return answerKnown(known, execution.input);
      executions.start(execution);
      run(machine, execution);
      return started(execution);
    },
    describe: (input) => {
      const arn = requiredText(input, 'executionArn');
      const execution = executions.find(arn);
      if (execution) return describe(execution);
      throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`);
    },
    resume: (machines) => {
      // An execution whose state machine has left the app can never end; it stays as it is.
      const left = executions.running().flatMap((execution) => {
        const machine = machines.get(execution.stateMachineArn);
        return machine ? [{ machine, execution }] : [];
      });
      for (const { machine, execution } of left) run(machine, execution);
      return left.length;
    },
    stop: () => {
      for (const each of runs.values()) each.abort();
    },
  };
};

/** Grant -> Outcome: the durable half of an enrolment, as a state machine. Its payload is lambda/issuance/task.ts. */
import { Duration } from 'aws-cdk-lib';
import {
  Choice,
  Condition,
  DefinitionBody,
  LogLevel,
  StateMachine,
  StateMachineType,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { terminalErrors, unknownError } from '../../lambda/issuance/task.ts';
import type { Connector } from './connector.ts';
import { taskState } from './issuance-retries.ts';
import { issuanceRole } from './issuance-role.ts';
import { issuanceTasks } from './issuance-tasks.ts';
import { vendedLogGroup } from './log-group.ts';

/**
 * Issue <-> its turn at the CA, Collect <-> Wait, Lint, Settle; and Find, where nobody knows what Issue came to. An Intune
 * connector has Notify before Settle, whatever is to be settled. A Standard workflow: each step is durable, and one
 * execution name is one execution for 90 days. Its log tells which step was taken, never with what.
 */
export class Issuance extends Construct {
  readonly stateMachine: StateMachine;
  /** The function of each task. */
  readonly tasks: ReturnType<typeof issuanceTasks>;

  constructor(scope: Construct, id: string, connector: Connector) {
    super(scope, id);
    this.tasks = issuanceTasks(new Construct(this, 'Tasks'), connector);
    const role = issuanceRole(this, Object.values(this.tasks));
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromChainable(this.definition(this.tasks)),
      // An execution may hold 25,000 events. Looking every 30 s writes 9 of them, so that a day would be too long.
      timeout: Duration.hours(12),
      // The role is complete: CDK would add each function's versions and aliases, with a wildcard.
      role: role.withoutPolicyUpdates(),
      logs: {
        destination: vendedLogGroup(this, 'states'),
        level: LogLevel.ALL,
        includeExecutionData: false,
      },
      tracingEnabled: true,
    });
    this.stateMachine.node.addDependency(role);
  }

  private definition(tasks: ReturnType<typeof issuanceTasks>) {
    const issue = taskState(this, 'Issue', tasks.issue);
    const collect = taskState(this, 'Collect', tasks.collect);
    const find = taskState(this, 'Find', tasks.find);
    const lint = taskState(this, 'Lint', tasks.lint);
    const settle = taskState(this, 'Settle', tasks.settle);
    const end = tasks.notify ? taskState(this, 'Notify', tasks.notify) : settle;
    if (end !== settle) end.next(settle);
    const wait = new Wait(this, 'Wait', { time: WaitTime.secondsPath('$.waitSeconds') });
    // A task's own "no" is settled too. An outage that outlasts its retries fails the execution, and it is run again (reconciliation.ts).
    for (const state of [issue, collect, find, lint]) {
      state.addCatch(end, { errors: [...terminalErrors], resultPath: '$.error' });
    }
    issue.addCatch(find, { errors: [unknownError], resultPath: '$.error' });
    const turn = new Wait(this, 'Wait for its turn', {
      time: WaitTime.secondsPath('$.waitSeconds'),
    });
    const asked = new Choice(this, 'Asked?')
      .when(Condition.booleanEquals('$.asked', true), collect)
      .otherwise(turn.next(issue));
    const ready = new Choice(this, 'Ready?')
      .when(Condition.booleanEquals('$.ready', true), lint.next(end))
      .otherwise(wait.next(collect));
    const later = new Wait(this, 'Wait for the record', {
      time: WaitTime.secondsPath('$.waitSeconds'),
    });
    const found = new Choice(this, 'Found?')
      .when(Condition.booleanEquals('$.found', true), collect)
      .otherwise(later.next(find));
    find.next(found);
    collect.next(ready);
    return issue.next(asked);
  }
}

/**
 * From a Grant to a certificate: one attempt as an Express workflow. lambda/issuance/task.ts
 * defines its input and results.
 */
import { Duration, Validations } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import {
  Choice,
  Condition,
  DefinitionBody,
  LogLevel,
  StateMachine,
  StateMachineType,
  Succeed,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { maxAttemptSeconds } from '../../lambda/issuance/task.ts';
import { type CertifyFunctionProps, createCertifyFunction } from './certify-function.ts';
import { createCertifyState } from './certify-state.ts';
import { createIssuanceRole } from './issuance-role.ts';
import { createVendedLogGroup } from './log-group.ts';

/**
 * Repeats Certify and Wait until the attempt is settled, or its row has a later time. The row
 * is durable and the workflow is not. So an attempt may run twice, and the dispatcher restarts one
 * that died.
 */
export class Issuance extends Construct {
  readonly stateMachine: StateMachine;
  readonly certify: LambdaFunction;

  constructor(scope: Construct, id: string, props: CertifyFunctionProps) {
    super(scope, id);
    this.certify = createCertifyFunction(this, props);
    const role = createIssuanceRole(this, this.certify);
    this.stateMachine = new StateMachine(this, 'StateMachine', {
      stateMachineType: StateMachineType.EXPRESS,
      definitionBody: DefinitionBody.fromChainable(this.definition()),
      timeout: Duration.seconds(maxAttemptSeconds),
      // The role is complete: CDK would add each function's versions and aliases with a wildcard.
      role: role.withoutPolicyUpdates(),
      logs: {
        destination: createVendedLogGroup(this, 'states'),
        level: LogLevel.ERROR,
        includeExecutionData: false,
      },
    });
    this.stateMachine.node.addDependency(role);
    Validations.of(this.stateMachine).acknowledge(
      {
        id: 'AwsSolutions-SF1',
        reason: 'Certify logs each round. Logging every event would cost more than the workflow.',
      },
      {
        id: 'AwsSolutions-SF2',
        reason: 'There is one task, and its log and metrics show as much as a trace would.',
      },
    );
  }

  private definition() {
    // States are named by their ids, and constructs in this scope already have those ids.
    const states = new Construct(this, 'States');
    const certify = createCertifyState(states, this.certify);
    const wait = new Wait(states, 'Wait', { time: WaitTime.secondsPath('$.waitSeconds') });
    const isDone = new Choice(states, 'IsDone')
      .when(Condition.booleanEquals('$.isDone', true), new Succeed(states, 'Done'))
      .otherwise(wait.next(certify));
    return certify.next(isDone);
  }
}

import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Connector } from './connector.ts';
import { handlerFunction } from './handler-function.ts';
import { mayListUnsettled, mayUseItems } from './tables.ts';

/** Every five minutes, a look at the enrolments that were granted and are not settled (lambda/issuance/reconcile.ts). */
export class Reconciliation extends Construct {
  constructor(scope: Construct, id: string, connector: Connector, stateMachine: IStateMachine) {
    super(scope, id);
    const { connectorId, ledger, isBounded } = connector;
    const reconcile = handlerFunction(this, 'reconcile', {
      isBounded,
      description: `Runs again what was left unsettled by the SCEP connector "${connectorId}"`,
      environment: {
        connectorId,
        enrolmentsTable: ledger.enrolments.tableName,
        issuanceStateMachine: stateMachine.stateMachineArn,
      },
      may: [
        mayListUnsettled(ledger, connectorId),
        mayUseItems(ledger.enrolments, connectorId, 'UpdateItem'),
        new PolicyStatement({
          actions: ['states:StartExecution'],
          resources: [stateMachine.stateMachineArn],
        }),
      ],
    });
    new Rule(this, 'Schedule', {
      description: `Looks for unsettled enrolments of the SCEP connector "${connectorId}"`,
      schedule: Schedule.rate(Duration.minutes(5)),
      targets: [new LambdaFunction(reconcile)],
    });
  }
}

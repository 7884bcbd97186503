/** A service's dispatcher, which starts the due attempts of all its connectors. */
import { Duration } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { dueIndex } from '../../lambda/aws/enrolment-keys.ts';
import type { ConnectorDirectory } from './connector-directory.ts';
import { createHandlerFunction } from './handler-function.ts';
import { grantStart } from './issuance-role.ts';
import { serviceKeys, toKeyPatterns } from './key-patterns.ts';
import { runEvery } from './repeated-run.ts';
import { createDispatcherAlarm } from './service-alarms.ts';
import { grantItems, grantQueryAll, grantUpdateOf } from './table-grants.ts';
import type { ServiceTables } from './tables.ts';

export interface DispatcherProps {
  readonly tables: ServiceTables;
  readonly directory: ConnectorDirectory;
  readonly certificatesPerSecond: number;
}

/**
 * Runs every minute. Its role can start executions and move due times. It decides nothing and reads
 * no Grant.
 */
export class Dispatcher extends Construct {
  readonly alarm: Alarm;
  private readonly dispatch: LambdaFunction;

  constructor(scope: Construct, id: string, props: DispatcherProps) {
    super(scope, id);
    const { tables, directory, certificatesPerSecond } = props;
    this.dispatch = createHandlerFunction(this, 'dispatch', {
      description: 'Starts the due attempts of all SCEP connectors of this service',
      environment: {
        enrolmentsTable: tables.enrolments.tableName,
        certificatesTable: tables.certificates.tableName,
        certificatesPerSecond: String(certificatesPerSecond),
        connectorDirectory: directory.path,
      },
    });
    directory.grantRead(this.dispatch);
    grantDispatching(this.dispatch, tables);
    const description = 'Starts due attempts of SCEP connectors';
    runEvery(Duration.minutes(1), this, this.dispatch, description);
    this.alarm = createDispatcherAlarm(this, this.dispatch);
  }

  /** Lets the dispatcher start a connector's attempts. */
  addConnector(stateMachine: IStateMachine): void {
    grantStart(this.dispatch, stateMachine);
  }
}

/**
 * Lets the dispatcher read due attempts, their progress and the queue, and take the lease. The
 * lease keeps most runs from overlapping.
 */
function grantDispatching(dispatch: IGrantable, { enrolments, certificates }: ServiceTables): void {
  const { progress } = toKeyPatterns('*');
  grantQueryAll(dispatch, enrolments, dueIndex);
  grantUpdateOf(dispatch, enrolments, ['id', 'dueAt']);
  grantItems(dispatch, certificates, [progress], 'BatchGetItem');
  grantItems(dispatch, certificates, [serviceKeys.rateLimiter], 'GetItem');
  grantItems(dispatch, certificates, [serviceKeys.lease], 'UpdateItem');
}

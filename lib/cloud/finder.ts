/** A service's finder, which searches CloudTrail while the CA's answer to an attempt is lost. */
import { Duration, Validations } from 'aws-cdk-lib';
import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { dueIndex } from '../../lambda/aws/enrolment-keys.ts';
import { createHandlerFunction } from './handler-function.ts';
import { runEvery } from './repeated-run.ts';
import { createFinderAlarm } from './service-alarms.ts';
import { grantQueryAll, grantUpdateOf } from './table-grants.ts';
import type { ServiceTables } from './tables.ts';

/**
 * Runs every five minutes, and calls CloudTrail only while an answer is lost. A run takes at most
 * four minutes, so two runs never share CloudTrail's two calls per second. It stores candidates in
 * the row, and the connector's Certify checks their keys.
 */
export class Finder extends Construct {
  readonly alarm: Alarm;

  constructor(scope: Construct, id: string, { enrolments }: ServiceTables) {
    super(scope, id);
    const findLost = createHandlerFunction(this, 'find-lost', {
      description: 'Searches CloudTrail for certificates whose ARN was lost',
      environment: { enrolmentsTable: enrolments.tableName },
    });
    grantLookupEvents(findLost);
    grantQueryAll(findLost, enrolments, dueIndex);
    // The attributes that the function writes and that its conditions name
    // (lambda/aws/dynamo-lost-attempts.ts).
    grantUpdateOf(findLost, enrolments, [
      'id',
      'duePartition',
      'dueAt',
      'searchedAt',
      'candidateArns',
    ]);
    if (findLost.role)
      Validations.of(findLost.role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          "CloudTrail's event history belongs to the account, so there is no resource to name.",
      });
    const description = 'Searches for lost certificates of SCEP connectors';
    runEvery(Duration.minutes(5), this, findLost, description);
    this.alarm = createFinderAlarm(this, findLost);
  }
}

const grantLookupEvents = ({ grantPrincipal }: IGrantable): void => {
  grantPrincipal.addToPrincipalPolicy(
    new PolicyStatement({ actions: ['cloudtrail:LookupEvents'], resources: ['*'] }),
  );
};

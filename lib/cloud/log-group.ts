import { Names, RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * How long a log is kept: the longest default life of a certificate, so that its log outlives it.
 * The tables are the record and outlive the stack; the logs are deleted with it.
 */
const kept = { retention: RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.DESTROY };

/** The log group of one function. */
export function functionLogGroup(scope: Construct): LogGroup {
  return new LogGroup(scope, 'Log', kept);
}

/**
 * The log group that an AWS service writes to by itself. Its name begins with /aws/vendedlogs/
 * because each delivery to any other name lengthens one account-wide resource policy, which ends at
 * 5,120 characters.
 */
export function vendedLogGroup(scope: Construct, service: 'apigateway' | 'states'): LogGroup {
  const name = Names.uniqueResourceName(scope, { separator: '-', maxLength: 200 });
  return new LogGroup(scope, 'Log', {
    ...kept,
    logGroupName: `/aws/vendedlogs/${service}/${name}`,
  });
}

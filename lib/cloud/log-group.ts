import { Names, RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * Logs are kept for a certificate's longest default lifetime, so that a certificate's log outlives
 * it. The tables are the record and outlive the stack; the logs are deleted with it.
 */
const kept = { retention: RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.DESTROY };

/** Creates a function's log group. */
export function createFunctionLogGroup(scope: Construct): LogGroup {
  return new LogGroup(scope, 'Log', kept);
}

/**
 * Creates a log group that an AWS service writes to directly. Its name begins with
 * /aws/vendedlogs/. A delivery to any other name would lengthen one account-wide resource policy,
 * which is limited to 5,120 characters.
 */
export function createVendedLogGroup(scope: Construct, service: 'apigateway' | 'states'): LogGroup {
  const name = Names.uniqueResourceName(scope, { separator: '-', maxLength: 200 });
  return new LogGroup(scope, 'Log', {
    ...kept,
    logGroupName: `/aws/vendedlogs/${service}/${name}`,
  });
}

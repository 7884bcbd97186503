import { Names, RemovalPolicy } from 'aws-cdk-lib';
import { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/**
 * Logs are kept for a certificate's longest default lifetime, so that a certificate's log outlives
 * it.
 */
const kept = { retention: RetentionDays.ONE_YEAR, removalPolicy: RemovalPolicy.DESTROY };

/** Creates a function's log group. */
export function createFunctionLogGroup(scope: Construct): LogGroup {
  return new LogGroup(scope, 'Log', kept);
}

/**
 * Gives the log group of every function below `scope` the removal policy of the service's tables.
 * The functions' lines are part of the audit trail (docs/runbook.md), which a connector that leaves
 * the app leaves behind. A retained log group still ends by its retention. It has no fixed name, so
 * a connector that comes back creates another one.
 */
export function applyToFunctionLogs(scope: Construct, removalPolicy: RemovalPolicy): void {
  for (const each of scope.node.findAll())
    if (each instanceof LambdaFunction) each.logGroup.applyRemovalPolicy(removalPolicy);
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

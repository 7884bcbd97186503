/**
 * Alarms on the functions that serve all connectors. They have no actions (`alarms` of
 * ScepService).
 */
import { Duration } from 'aws-cdk-lib';
import { Alarm, type IMetric, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { createLogMetric } from './log-metric.ts';

const period = Duration.minutes(5);

/** Runs or starts failed for a quarter of an hour, so due attempts wait. */
export function createDispatcherAlarm(scope: Construct, dispatch: LambdaFunction): Alarm {
  const failedStarts = createLogMetric(scope, 'FailedStarts', {
    logGroup: dispatch.logGroup,
    pattern: FilterPattern.numberValue('$.failed', '>', 0),
    value: '$.failed',
  })({ statistic: 'Sum', period });
  const metric = new MathExpression({
    expression: 'FILL(errors, 0) + FILL(failedStarts, 0)',
    usingMetrics: { errors: dispatch.metricErrors({ period }), failedStarts },
    label: 'failed runs and starts',
    period,
  });
  return failedFor15Minutes(scope, metric, 'due attempts are not started');
}

/** Runs failed for a quarter of an hour, so certificates with a lost ARN are not found. */
export const createFinderAlarm = (scope: Construct, findLost: LambdaFunction): Alarm =>
  failedFor15Minutes(
    scope,
    findLost.metricErrors({ period }),
    'CloudTrail is not searched for lost certificates',
  );

const failedFor15Minutes = (scope: Construct, metric: IMetric, problem: string): Alarm =>
  new Alarm(scope, 'Failed', {
    alarmDescription: `SCEP service: ${problem} (docs/runbook.md)`,
    metric,
    threshold: 1,
    evaluationPeriods: 3,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });

import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget } from 'aws-cdk-lib/aws-events-targets';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';

/**
 * Runs a function periodically. A run that fails or finds no concurrency is dropped, because the
 * next one does its work. By default EventBridge and Lambda would keep it for hours, and all kept
 * runs would start together.
 */
export function runEvery(
  interval: Duration,
  scope: Construct,
  target: LambdaFunction,
  description: string,
): void {
  const once = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };
  target.configureAsyncInvoke(once);
  new Rule(scope, 'Schedule', {
    description,
    schedule: Schedule.rate(interval),
    targets: [new LambdaTarget(target, once)],
  });
}

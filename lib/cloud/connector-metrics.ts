/**
 * One connector's metrics: AWS's own where they exist, else ours (docs/decisions/010-metrics.md).
 */
import { Duration } from 'aws-cdk-lib';
import type { IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { failInfos } from '../../lambda/core/errors.ts';
import { createLogMetric } from './log-metric.ts';

/** The parts of a connector that emit metrics. */
export interface ConnectorParts {
  readonly connectorId: string;
  readonly scep: LambdaFunction;
  readonly certify: LambdaFunction;
  readonly revoke: LambdaFunction;
  readonly rotate: LambdaFunction;
  readonly stateMachine: IStateMachine;
}

const counted = { statistic: 'Sum', period: Duration.minutes(5) };

/**
 * Our own metrics of a connector, in addition to those of its alarms. A metric costs money only in
 * hours in which it has a value.
 */
export class ConnectorMetrics extends Construct {
  readonly issued: Metric;
  /** Per failInfo that devices received (RFC 8894). */
  readonly refused: readonly Metric[];
  readonly pending: Metric;

  constructor(scope: Construct, id: string, { connectorId, scep, certify }: ConnectorParts) {
    super(scope, id);
    const ofScep = { connectorId, logGroup: scep.logGroup, value: '1' };
    this.issued = createLogMetric(this, 'Issued', {
      ...{ connectorId, logGroup: certify.logGroup, value: '1' },
      // A repeated round logs `settledBefore`, so a certificate counts once
      // (lambda/issuance/finalize.ts).
      pattern: FilterPattern.all(
        FilterPattern.stringValue('$.outcome', '=', 'settled'),
        FilterPattern.stringValue('$.status', '=', 'issued'),
      ),
    })({ ...counted, label: 'issued', color: '#2ca02c' });
    const refusal = createLogMetric(this, 'Refused', {
      ...ofScep,
      pattern: FilterPattern.stringValue('$.outcome', '=', 'refused'),
      dimensions: { FailInfo: '$.failInfo' },
    });
    this.refused = Object.keys(failInfos).map((FailInfo) =>
      refusal({ ...counted, dimensionsMap: { FailInfo }, label: FailInfo }),
    );
    this.pending = createLogMetric(this, 'Pending', {
      ...ofScep,
      pattern: FilterPattern.stringValue('$.outcome', '=', 'pending'),
    })({ ...counted, label: 'devices that poll' });
  }
}

/**
 * How long an attempt takes, including the CA and the queue. Step Functions measures it free of
 * charge.
 */
export const createTimeToCertificateMetrics = ({
  stateMachine,
}: ConnectorParts): readonly IMetric[] =>
  ['p50', 'p90', 'p99'].map((statistic) =>
    stateMachine.metricTime({ statistic, period: Duration.minutes(5), label: statistic }),
  );

/** Executions per result. */
export const createExecutionMetrics = ({ stateMachine }: ConnectorParts) => ({
  begun: stateMachine.metricStarted({ ...counted, label: 'attempts started' }),
  ended: stateMachine.metricSucceeded({ ...counted, label: 'attempts finished' }),
  failed: stateMachine.metricFailed({ ...counted, label: 'attempts failed' }),
  timedOut: stateMachine.metricTimedOut({ ...counted, label: 'attempts timed out' }),
});

/** Errors and throttles of every function of a connector. */
export function createFunctionFaultMetrics({ scep, certify, revoke, rotate }: ConnectorParts) {
  const functions = Object.entries({ scep, certify, revoke, 'rotate-ra': rotate });
  return {
    errors: functions.map(([label, each]) => each.metricErrors({ ...counted, label })),
    throttles: functions.map(([name, each]) =>
      each.metricThrottles({ ...counted, label: `${name} throttled` }),
    ),
  };
}

/** The figures of one connector: our own where AWS has none, AWS's where it has (docs/decisions/010-metrics.md). */
import { Duration } from 'aws-cdk-lib';
import type { IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { failInfos } from '../../lambda/errors.ts';
import { anyNumber, logMetric } from './log-metric.ts';

/** What the figures are of. */
export interface ConnectorParts {
  readonly connectorId: string;
  readonly scep: LambdaFunction;
  readonly tasks: Readonly<Record<'issue' | 'collect' | 'lint' | 'settle', LambdaFunction>>;
  readonly rotate: LambdaFunction;
  readonly stateMachine: IStateMachine;
}

const counted = { statistic: 'Sum', period: Duration.minutes(5) };
const lowest = { statistic: 'Minimum', period: Duration.hours(1) };

/** Our own metrics of a connector: eleven at most, each paid for only in hours in which it has a value. */
export class ConnectorMetrics extends Construct {
  readonly issued: Metric;
  /** By what the devices heard, in the words of RFC 8894. */
  readonly refused: readonly Metric[];
  readonly pending: Metric;
  readonly throttled: Metric;
  readonly daysLeft: readonly Metric[];

  constructor(scope: Construct, id: string, { connectorId, scep, tasks }: ConnectorParts) {
    super(scope, id);
    const ofScep = { connectorId, logGroup: scep.logGroup, value: '1' };
    this.issued = logMetric(this, 'Issued', {
      ...{ connectorId, logGroup: tasks.settle.logGroup, value: '1' },
      pattern: FilterPattern.stringValue('$.status', '=', 'issued'),
    })({ ...counted, label: 'issued', color: '#2ca02c' });
    const refusal = logMetric(this, 'Refused', {
      ...ofScep,
      pattern: FilterPattern.stringValue('$.outcome', '=', 'refused'),
      dimensions: { FailInfo: '$.failInfo' },
    });
    this.refused = Object.keys(failInfos).map((FailInfo) =>
      refusal({ ...counted, dimensionsMap: { FailInfo }, label: FailInfo }),
    );
    this.pending = logMetric(this, 'Pending', {
      ...ofScep,
      pattern: FilterPattern.stringValue('$.outcome', '=', 'pending'),
    })({ ...counted, label: 'devices told to ask again' });
    this.throttled = logMetric(this, 'CaThrottled', {
      ...{ connectorId, logGroup: tasks.issue.logGroup, value: '1' },
      pattern: FilterPattern.stringValue('$.code', '=', 'CertificateAuthorityBusy'),
    })({ ...counted, label: 'throttled by the CA' });
    const caDaysLeft = logMetric(this, 'CaDaysLeft', {
      ...{ ...ofScep, value: '$.caDaysLeft' },
      pattern: anyNumber('$.caDaysLeft'),
    });
    this.daysLeft = [caDaysLeft({ ...lowest, label: 'CA certificate' })];
  }
}

/** From the grant to the settled outcome, the CA's time and the queue's in it; Step Functions measures it for nothing. */
export const timesToCertificate = ({ stateMachine }: ConnectorParts): readonly IMetric[] =>
  ['p50', 'p90', 'p99'].map((statistic) =>
    stateMachine.metricTime({ statistic, period: Duration.minutes(5), label: statistic }),
  );

/** Executions that began, ended well, or were given up. */
export const executions = ({ stateMachine }: ConnectorParts) => ({
  begun: stateMachine.metricStarted({ ...counted, label: 'issuances begun' }),
  ended: stateMachine.metricSucceeded({ ...counted, label: 'issuances ended' }),
  failed: stateMachine.metricFailed({ ...counted, label: 'issuances failed' }),
  timedOut: stateMachine.metricTimedOut({ ...counted, label: 'issuances given up' }),
});

/** Errors and throttles of every function of a connector. */
export function functionFaults({ scep, tasks, rotate }: ConnectorParts) {
  const functions = Object.entries({ scep, ...tasks, 'rotate-ra': rotate });
  return {
    errors: functions.map(([label, each]) => each.metricErrors({ ...counted, label })),
    throttles: functions.map(([name, each]) =>
      each.metricThrottles({ ...counted, label: `${name} throttled` }),
    ),
  };
}

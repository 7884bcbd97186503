/**
 * Alarms on issuance: attempts that fail, an exhausted quota of certificates, and certificates that
 * are lost or differ from their Grant.
 */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  type IMetric,
  MathExpression,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { createLogMetric } from './log-metric.ts';

export interface IssuanceAlarmsProps {
  readonly connectorId: string;
  readonly stateMachine: IStateMachine;
  /** Certify's log, with the lines of lambda/issuance. */
  readonly certifyLog: ILogGroup;
}

const outcome = (text: string) => FilterPattern.stringValue('$.outcome', '=', text);
const code = (text: string) => FilterPattern.stringValue('$.code', '=', text);

/**
 * The codes in Certify's log that become a metric. The set is closed, because each value costs as
 * much as a metric.
 */
const countedCodes = FilterPattern.any(
  code('CertificateAuthorityBusy'),
  code('CertificateLimitReached'),
  FilterPattern.all(outcome('settled'), code('CertificateLost')),
);

/** Outcomes in which a certificate contradicts the records, or no device receives it. */
const strayOutcomes = FilterPattern.any(
  outcome('arn-not-recorded'),
  outcome('foreign-certificate'),
  outcome('discarded'),
  outcome('mismatch'),
);

const period = Duration.hours(1);

/** The alarms, and the metric of the CA's throttling. */
export class IssuanceAlarms extends Construct {
  readonly all: readonly Alarm[];
  /** Calls that the CA throttled, in five minutes. */
  readonly caThrottled: Metric;

  constructor(scope: Construct, id: string, props: IssuanceAlarmsProps) {
    super(scope, id);
    const { connectorId, certifyLog } = props;
    const ofCertify = { connectorId, logGroup: certifyLog, value: '1' };
    const codes = createLogMetric(this, 'IssuanceCodes', {
      ...ofCertify,
      pattern: countedCodes,
      dimensions: { Code: '$.code' },
    });
    const strays = createLogMetric(this, 'Strays', { ...ofCertify, pattern: strayOutcomes });
    const ofCode = (Code: string, length: Duration): Metric =>
      codes({ statistic: 'Sum', period: length, dimensionsMap: { Code } });
    this.caThrottled = ofCode('CertificateAuthorityBusy', Duration.minutes(5));
    const alarm = (name: string, metric: IMetric, problem: string): Alarm =>
      new Alarm(this, name, {
        alarmDescription: `SCEP connector "${connectorId}": ${problem} (docs/runbook.md)`,
        metric,
        threshold: 1,
        evaluationPeriods: 1,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    this.all = [
      alarm(
        'IssuanceFailed',
        failedAttempts(props),
        'an attempt to issue failed, and the dispatcher will restart it',
      ),
      alarm(
        'CertificateLost',
        ofCode('CertificateLost', period),
        'the answer from the CA was lost and no record shows a certificate. The device was refused, and the use of its challenge was not returned',
      ),
      alarm(
        'CertificateLimitReached',
        ofCode('CertificateLimitReached', period),
        'the CA has issued all the certificates that its quota allows. Devices wait. Give the connector a new CA, or ask AWS for a higher quota',
      ),
      alarm(
        'StrayCertificates',
        strays({ statistic: 'Sum', period }),
        'a certificate was issued that differs from its Grant, or that no device receives',
      ),
    ];
  }
}

/**
 * Executions that failed or exceeded an Express workflow's time. Step Functions reports both free
 * of charge.
 */
const failedAttempts = ({ stateMachine }: IssuanceAlarmsProps): MathExpression =>
  new MathExpression({
    expression: 'FILL(failed, 0) + FILL(timedOut, 0)',
    usingMetrics: {
      failed: stateMachine.metricFailed({ period }),
      timedOut: stateMachine.metricTimedOut({ period }),
    },
    label: 'attempts that failed or timed out',
    period,
  });

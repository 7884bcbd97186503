/** Alarms on a connector's Revoke function. */
import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { createLogMetric } from './log-metric.ts';

export interface RevocationAlarmsProps {
  readonly connectorId: string;
  /** Revoke's log, with the lines of lambda/handlers/revoke.ts. */
  readonly revokeLog: ILogGroup;
}

const period = Duration.hours(1);

/**
 * Creates alarms on late revocations, and on withheld certificates whose records contradict each
 * other.
 */
export const createRevocationAlarms = (
  scope: Construct,
  props: RevocationAlarmsProps,
): readonly Alarm[] => [revocationsLate(scope, props), withheldDisputed(scope, props)];

/**
 * No run was complete for two hours, so a certificate that must be revoked may still be valid.
 * Every other log line counts as zero, so runs that die show as well.
 */
function revocationsLate(scope: Construct, { connectorId, revokeLog }: RevocationAlarmsProps) {
  const done = createLogMetric(scope, 'RevocationRuns', {
    connectorId,
    logGroup: revokeLog,
    pattern: FilterPattern.stringValue('$.outcome', '=', 'done'),
    value: '1',
    otherwise: 0,
  });
  return new Alarm(scope, 'RevocationsLate', {
    alarmDescription: `SCEP connector "${connectorId}": certificates that need revocation may still be valid (docs/runbook.md)`,
    metric: done({ statistic: 'Sum', period }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
    evaluationPeriods: 2,
    treatMissingData: TreatMissingData.IGNORE,
  });
}

/**
 * Row and serial record contradict each other, so nothing is revoked. Something else has written to
 * one of the tables.
 */
function withheldDisputed(scope: Construct, { connectorId, revokeLog }: RevocationAlarmsProps) {
  const disputed = createLogMetric(scope, 'DisputedCertificates', {
    connectorId,
    logGroup: revokeLog,
    pattern: FilterPattern.numberValue('$.disputed', '>', 0),
    value: '$.disputed',
  });
  return new Alarm(scope, 'WithheldDisputed', {
    alarmDescription: `SCEP connector "${connectorId}": tables disagree about a withheld certificate, so it is not revoked (docs/runbook.md)`,
    metric: disputed({ statistic: 'Maximum', period }),
    threshold: 1,
    evaluationPeriods: 1,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
}

/** What somebody should be told of. The alarms have no action of their own: give them yours (`alarms` of ScepConnector). */
import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup } from 'aws-cdk-lib/aws-logs';
import type { IStateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { ConnectorSettings } from '../../lambda/settings.ts';
import { anyNumber, logMetric } from './log-metric.ts';

export interface ConnectorAlarmsProps {
  readonly connectorId: string;
  readonly settings: Pick<ConnectorSettings, 'raValidityDays'>;
  readonly rotationDays: number;
  readonly rotate: IFunction;
  /** The log of the scep function, whose lines are lambda/http/answer.ts's. */
  readonly scepLog: ILogGroup;
  readonly stateMachine: IStateMachine;
  /** Of an Intune connector: the log of the function that revokes, whose lines are lambda/handlers/revoke-requested.ts's. */
  readonly revocationLog?: ILogGroup;
}

/**
 * So many envelopes that do not open, in five minutes. A fleet with an old RA certificate makes some; who asks the RA key
 * question after question makes thousands (Bleichenbacher's attack takes 10,000 and more).
 */
const manyEnvelopes = 200;

/** The alarms of one connector. */
export class ConnectorAlarms extends Construct {
  readonly all: readonly Alarm[];
  /** The days that the RA certificate has left. */
  readonly raDaysLeft: Metric;

  constructor(scope: Construct, id: string, props: ConnectorAlarmsProps) {
    super(scope, id);
    this.raDaysLeft = logMetric(this, 'RaDaysLeft', {
      connectorId: props.connectorId,
      logGroup: props.scepLog,
      pattern: anyNumber('$.raDaysLeft'),
      value: '$.raDaysLeft',
    })({ statistic: 'Minimum', period: Duration.hours(1) });
    this.all = [
      this.rotationFailed(props),
      this.renewalLate(props),
      this.envelopeFlood(props),
      this.issuanceFailed(props),
      ...(props.revocationLog ? [this.revocationsLate(props, props.revocationLog)] : []),
    ];
  }

  private rotationFailed({ connectorId, rotate }: ConnectorAlarmsProps): Alarm {
    return new Alarm(this, 'RotationFailed', {
      alarmDescription: `SCEP connector "${connectorId}": a rotation of its RA certificate failed (docs/runbook.md)`,
      metric: rotate.metricErrors({ period: Duration.hours(1) }),
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** A day late: the certificate has less time left than it can have where every rotation happens. */
  private renewalLate(props: ConnectorAlarmsProps): Alarm {
    const { connectorId, settings, rotationDays } = props;
    return new Alarm(this, 'RenewalLate', {
      alarmDescription: `SCEP connector "${connectorId}": its RA certificate should have been renewed by now (docs/runbook.md)`,
      metric: this.raDaysLeft,
      threshold: settings.raValidityDays - rotationDays - 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.IGNORE,
    });
  }

  private envelopeFlood(props: ConnectorAlarmsProps): Alarm {
    const refused = logMetric(this, 'EnvelopesRefused', {
      connectorId: props.connectorId,
      logGroup: props.scepLog,
      // Those that were not even opened any more, as well: a flood does not end where the limit begins.
      pattern: FilterPattern.any(
        FilterPattern.stringValue('$.code', '=', 'EnvelopeRefused'),
        FilterPattern.stringValue('$.code', '=', 'TooManyEnvelopes'),
      ),
      value: '1',
    });
    return new Alarm(this, 'EnvelopeFlood', {
      alarmDescription: `SCEP connector "${props.connectorId}": many envelopes that do not open (docs/runbook.md)`,
      metric: refused({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: manyEnvelopes,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /** It is run again by itself; that it had to be means that something was out for half an hour. */
  private issuanceFailed({ connectorId, stateMachine }: ConnectorAlarmsProps): Alarm {
    return new Alarm(this, 'IssuanceFailed', {
      alarmDescription: `SCEP connector "${connectorId}": an issuance failed and will be run again (docs/runbook.md)`,
      metric: stateMachine.metricFailed({ period: Duration.hours(1) }),
      threshold: 1,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }

  /**
   * Two hours in which no run came to its end: a certificate that Intune wants revoked may still be good. Every line of the log that is
   * not such an end counts as nothing, so that runs that die are seen as well.
   */
  private revocationsLate(props: ConnectorAlarmsProps, logGroup: ILogGroup): Alarm {
    const done = logMetric(this, 'RevocationRuns', {
      connectorId: props.connectorId,
      logGroup,
      pattern: FilterPattern.stringValue('$.outcome', '=', 'done'),
      value: '1',
      otherwise: 0,
    });
    return new Alarm(this, 'RevocationsLate', {
      alarmDescription: `SCEP connector "${props.connectorId}": what Intune wants revoked may not be revoked (docs/runbook.md)`,
      metric: done({ statistic: 'Sum', period: Duration.hours(1) }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 2,
      treatMissingData: TreatMissingData.IGNORE,
    });
  }
}

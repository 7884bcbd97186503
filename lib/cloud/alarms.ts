/**
 * CloudWatch alarms of one connector that need an operator. They have no actions; add your own
 * (`alarms` of ScepConnector).
 */
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
import type { ConnectorSettings } from '../../lambda/config/settings.ts';
import { IssuanceAlarms } from './issuance-alarms.ts';
import { createLogMetric, matchAnyNumber } from './log-metric.ts';
import { createRevocationAlarms } from './revocation-alarms.ts';

export interface ConnectorAlarmsProps {
  readonly connectorId: string;
  readonly settings: Pick<ConnectorSettings, 'raValidityDays' | 'profile'>;
  readonly rotationDays: number;
  readonly rotate: IFunction;
  readonly stateMachine: IStateMachine;
  /** The scep function's log, with the lines of lambda/http/answer.ts. */
  readonly scepLog: ILogGroup;
  /** Certify's log, with the lines of lambda/issuance. */
  readonly certifyLog: ILogGroup;
  /** Revoke's log, with the lines of lambda/handlers/revoke.ts. */
  readonly revokeLog: ILogGroup;
}

/**
 * Failed decryptions in five minutes. A fleet with an old RA certificate causes some. An attacker
 * who uses the RA as an oracle causes thousands (Bleichenbacher's attack takes 10,000 and more).
 */
const maxFailedDecryptions = 200;

/** The time to renew a CA, or to move its connector to another one. */
const authorityWarningDays = 90;

/** The alarms of one connector. */
export class ConnectorAlarms extends Construct {
  readonly all: readonly Alarm[];
  /** The days until the RA certificate expires. */
  readonly raDaysLeft: Metric;
  /** The days until the CA's own certificate expires. */
  readonly caDaysLeft: Metric;
  /** Requests that the CA throttled. */
  readonly caThrottled: Metric;

  constructor(scope: Construct, id: string, props: ConnectorAlarmsProps) {
    super(scope, id);
    this.raDaysLeft = createLogMetric(this, 'RaDaysLeft', {
      connectorId: props.connectorId,
      logGroup: props.scepLog,
      pattern: matchAnyNumber('$.raDaysLeft'),
      value: '$.raDaysLeft',
    })({ statistic: 'Minimum', period: Duration.hours(1) });
    this.caDaysLeft = createLogMetric(this, 'CaDaysLeft', {
      connectorId: props.connectorId,
      logGroup: props.scepLog,
      pattern: matchAnyNumber('$.caDaysLeft'),
      value: '$.caDaysLeft',
    })({ statistic: 'Minimum', period: Duration.hours(1) });
    const issuance = new IssuanceAlarms(this, 'Issuance', props);
    this.caThrottled = issuance.caThrottled;
    this.all = [
      this.rotationFailed(props),
      this.renewalLate(props),
      this.authorityEnds(props),
      this.envelopeFlood(props),
      ...issuance.all,
      ...createRevocationAlarms(this, props),
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

  /** The certificate has a day less left than after any rotation in time. */
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

  /** Rings three months before the CA's end begins to shorten certificates. */
  private authorityEnds({ connectorId, settings }: ConnectorAlarmsProps): Alarm {
    return new Alarm(this, 'AuthorityEnds', {
      alarmDescription: `SCEP connector "${connectorId}": its CA ends, and certificates will be shorter (docs/runbook.md)`,
      metric: this.caDaysLeft,
      threshold: settings.profile.validityDays + authorityWarningDays,
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.IGNORE,
    });
  }

  private envelopeFlood(props: ConnectorAlarmsProps): Alarm {
    const refused = createLogMetric(this, 'EnvelopesRefused', {
      connectorId: props.connectorId,
      logGroup: props.scepLog,
      // Envelopes over the limit are not decrypted but count as well, because a flood continues
      // past the limit.
      pattern: FilterPattern.any(
        FilterPattern.stringValue('$.code', '=', 'EnvelopeRefused'),
        FilterPattern.stringValue('$.code', '=', 'TooManyEnvelopes'),
      ),
      value: '1',
    });
    return new Alarm(this, 'EnvelopeFlood', {
      alarmDescription: `SCEP connector "${props.connectorId}": many envelopes that cannot be decrypted (docs/runbook.md)`,
      metric: refused({ statistic: 'Sum', period: Duration.minutes(5) }),
      threshold: maxFailedDecryptions,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

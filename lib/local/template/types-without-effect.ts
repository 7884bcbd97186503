/** The resource types that have no effect on one machine, and their known properties. */
import { arn } from './resource-names.ts';
import { identified, named, type ResourceType } from './resource-type.ts';

/** The types by name. */
export const typesWithoutEffect: Readonly<Record<string, ResourceType>> = {
  'AWS::CDK::Metadata': identified({ modelled: [], accepted: ['Analytics'] }),
  'AWS::CloudWatch::Alarm': named(
    ({ physicalName }) => arn('cloudwatch', `alarm:${physicalName}`),
    {
      modelled: [],
      accepted: [
        'ActionsEnabled',
        'AlarmActions',
        'AlarmDescription',
        'AlarmName',
        'ComparisonOperator',
        'DatapointsToAlarm',
        'Dimensions',
        'EvaluationPeriods',
        'ExtendedStatistic',
        'MetricName',
        'Metrics',
        'Namespace',
        'OKActions',
        'Period',
        'Statistic',
        'Threshold',
        'TreatMissingData',
        'Unit',
      ],
    },
  ),
  'AWS::Lambda::Permission': identified({
    modelled: [],
    accepted: ['Action', 'FunctionName', 'Principal', 'SourceAccount', 'SourceArn'],
  }),
  'AWS::Logs::LogGroup': named(({ physicalName }) => arn('logs', `log-group:${physicalName}:*`), {
    modelled: [],
    accepted: ['KmsKeyId', 'LogGroupClass', 'LogGroupName', 'RetentionInDays', 'Tags'],
  }),
  'AWS::Logs::MetricFilter': identified({
    modelled: [],
    accepted: ['FilterPattern', 'LogGroupName', 'MetricTransformations'],
  }),
  'AWS::SecretsManager::ResourcePolicy': identified({
    modelled: [],
    accepted: ['BlockPublicPolicy', 'ResourcePolicy', 'SecretId'],
  }),
};

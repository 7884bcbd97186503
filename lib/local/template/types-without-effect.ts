/** The resource types that have no effect on one machine, and their known properties. */
import { formatArn } from './resource-names.ts';
import { createIdentifiedType, createNamedType, type ResourceType } from './resource-type.ts';

/** The types by name. */
export const typesWithoutEffect: Readonly<Record<string, ResourceType>> = {
  'AWS::CDK::Metadata': createIdentifiedType({ modelled: [], accepted: ['Analytics'] }),
  'AWS::CloudWatch::Alarm': createNamedType(
    ({ physicalName }) => formatArn('cloudwatch', `alarm:${physicalName}`),
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
  'AWS::Logs::LogGroup': createNamedType(
    ({ physicalName }) => formatArn('logs', `log-group:${physicalName}:*`),
    {
      modelled: [],
      accepted: ['KmsKeyId', 'LogGroupClass', 'LogGroupName', 'RetentionInDays', 'Tags'],
    },
  ),
  'AWS::Logs::MetricFilter': createIdentifiedType({
    modelled: [],
    accepted: ['FilterPattern', 'LogGroupName', 'MetricTransformations'],
  }),
  'AWS::SecretsManager::ResourcePolicy': createIdentifiedType({
    modelled: [],
    accepted: ['BlockPublicPolicy', 'ResourcePolicy', 'SecretId'],
  }),
};

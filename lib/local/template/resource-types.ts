/**
 * The resource types npm start models, and their properties: `modelled` ones have their effect; `accepted` ones are
 * known to have none on one machine. Anything else is refused.
 */
import {
  arn,
  authorityArn,
  type NamedResource,
  nameOf,
  roleArn,
  ruleArn,
  secretArn,
  shortId,
  stateMachineArn,
} from './resource-names.ts';

/** What a type's references mean: fixed by its name alone, or published when the resource is made. */
export interface ResourceType {
  readonly modelled: readonly string[];
  readonly accepted: readonly string[];
  /** What `Ref` gives. */
  readonly reference: (named: NamedResource) => string;
  /** What `Fn::GetAtt` gives, for attributes known beforehand. */
  readonly attributes: (named: NamedResource) => Readonly<Record<string, string>>;
}

/** A type whose references are its name and its ARN. */
const named = (
  makeArn: (resource: NamedResource) => string,
  properties: Pick<ResourceType, 'modelled' | 'accepted'>,
): ResourceType => ({
  ...properties,
  reference: nameOf,
  attributes: (resource) => ({ Arn: makeArn(resource) }),
});

/** A type that is only ever referred to by an id, if at all. */
const identified = (properties: Pick<ResourceType, 'modelled' | 'accepted'>): ResourceType => ({
  ...properties,
  reference: shortId,
  attributes: () => ({}),
});

const table: ResourceType = named(({ physicalName }) => arn('dynamodb', `table/${physicalName}`), {
  modelled: [
    'TableName',
    'AttributeDefinitions',
    'KeySchema',
    'GlobalSecondaryIndexes',
    'BillingMode',
  ],
  // Items past their TTL stay: expiry is a condition in every read and write of the app.
  accepted: [
    'TimeToLiveSpecification',
    'PointInTimeRecoverySpecification',
    'SSESpecification',
    'DeletionProtectionEnabled',
    'Tags',
    'Replicas',
  ],
});

/** The types by name. */
export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  'AWS::ACMPCA::CertificateAuthority': {
    modelled: ['KeyAlgorithm', 'SigningAlgorithm', 'Subject', 'Type', 'UsageMode'],
    accepted: ['KeyStorageSecurityStandard', 'Tags'],
    reference: authorityArn,
    attributes: (resource) => ({ Arn: authorityArn(resource) }),
  },
  'AWS::ACMPCA::Certificate': identified({
    modelled: [
      'CertificateAuthorityArn',
      'CertificateSigningRequest',
      'SigningAlgorithm',
      'TemplateArn',
      'Validity',
    ],
    accepted: [],
  }),
  'AWS::ACMPCA::CertificateAuthorityActivation': identified({
    modelled: ['Certificate', 'CertificateAuthorityArn', 'Status'],
    accepted: [],
  }),
  'AWS::ApiGatewayV2::Api': {
    modelled: ['ProtocolType'],
    accepted: ['Name', 'Description', 'Tags'],
    reference: shortId,
    attributes: (resource) => ({ ApiId: shortId(resource) }),
  },
  'AWS::ApiGatewayV2::Integration': identified({
    modelled: [
      'ApiId',
      'IntegrationType',
      'IntegrationUri',
      'PayloadFormatVersion',
      'TimeoutInMillis',
    ],
    accepted: ['Description', 'IntegrationMethod'],
  }),
  'AWS::ApiGatewayV2::Route': identified({
    modelled: ['ApiId', 'AuthorizationType', 'RouteKey', 'Target'],
    accepted: ['OperationName'],
  }),
  'AWS::ApiGatewayV2::Stage': identified({
    modelled: ['ApiId', 'StageName', 'DefaultRouteSettings', 'AccessLogSettings'],
    accepted: ['AutoDeploy', 'Description', 'Tags'],
  }),
  'AWS::CDK::Metadata': identified({ modelled: [], accepted: ['Analytics'] }),
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::Events::Rule': named(ruleArn, {
    modelled: ['EventPattern', 'Name', 'ScheduleExpression', 'State', 'Targets'],
    accepted: ['Description', 'Tags'],
  }),
  // Roles and policies are known and not enforced: a function may do here what AWS would forbid it. What they say is
  // pinned by tests on the template instead.
  'AWS::IAM::Policy': identified({
    modelled: [],
    accepted: ['PolicyDocument', 'PolicyName', 'Roles'],
  }),
  'AWS::IAM::Role': named(roleArn, {
    modelled: [],
    accepted: [
      'AssumeRolePolicyDocument',
      'Description',
      'ManagedPolicyArns',
      'Policies',
      'RoleName',
      'Tags',
    ],
  }),
  'AWS::Lambda::Function': named(({ physicalName }) => arn('lambda', `function:${physicalName}`), {
    modelled: [
      'Code',
      'Environment',
      'FunctionName',
      'Handler',
      'MemorySize',
      'Runtime',
      'Timeout',
    ],
    accepted: [
      'Architectures',
      'Description',
      'LoggingConfig',
      'ReservedConcurrentExecutions', // a pool has ten environments at most in any case
      'Role',
      'Tags',
      'TracingConfig',
    ],
  }),
  'AWS::Lambda::EventInvokeConfig': identified({
    modelled: ['FunctionName', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts', 'Qualifier'],
    accepted: [],
  }),
  'AWS::Lambda::Permission': identified({
    modelled: [],
    accepted: ['Action', 'FunctionName', 'Principal', 'SourceAccount', 'SourceArn'],
  }),
  'AWS::Logs::MetricFilter': identified({
    modelled: [],
    accepted: ['FilterPattern', 'LogGroupName', 'MetricTransformations'],
  }),
  'AWS::CloudWatch::Dashboard': identified({
    modelled: [],
    accepted: ['DashboardBody', 'DashboardName'],
  }),
  'AWS::CloudWatch::Alarm': identified({
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
  }),
  'AWS::Logs::LogGroup': named(({ physicalName }) => arn('logs', `log-group:${physicalName}:*`), {
    modelled: [],
    accepted: ['KmsKeyId', 'LogGroupClass', 'LogGroupName', 'RetentionInDays', 'Tags'],
  }),
  'AWS::SecretsManager::ResourcePolicy': identified({
    modelled: [],
    accepted: ['BlockPublicPolicy', 'ResourcePolicy', 'SecretId'],
  }),
  'AWS::SecretsManager::RotationSchedule': identified({
    modelled: ['RotateImmediatelyOnUpdate', 'RotationLambdaARN', 'RotationRules', 'SecretId'],
    accepted: [],
  }),
  'AWS::SecretsManager::Secret': {
    modelled: ['GenerateSecretString', 'Name', 'SecretString'],
    accepted: ['Description', 'KmsKeyId', 'Tags'],
    reference: secretArn,
    attributes: (resource) => ({ Id: secretArn(resource) }),
  },
  'AWS::StepFunctions::StateMachine': {
    modelled: ['DefinitionString', 'StateMachineName', 'StateMachineType'],
    accepted: ['LoggingConfiguration', 'RoleArn', 'Tags', 'TracingConfiguration'],
    reference: stateMachineArn,
    attributes: (resource) => ({ Arn: stateMachineArn(resource), Name: nameOf(resource) }),
  },
};

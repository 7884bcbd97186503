/**
 * The resource types that npm start models, and their properties. `modelled` ones have an effect;
 * `accepted` ones are known to have no effect on one machine. All others are refused.
 */
import {
  aliasArn,
  arn,
  authorityArn,
  nameOf,
  roleArn,
  ruleArn,
  secretArn,
  shortId,
  stateMachineArn,
} from './resource-names.ts';
import { identified, named, type ResourceType } from './resource-type.ts';
import { typesWithoutEffect } from './types-without-effect.ts';

const table: ResourceType = named(({ physicalName }) => arn('dynamodb', `table/${physicalName}`), {
  modelled: [
    'TableName',
    'AttributeDefinitions',
    'KeySchema',
    'GlobalSecondaryIndexes',
    'BillingMode',
  ],
  // Items past their TTL stay, because every read and write of the app checks the expiry.
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
  ...typesWithoutEffect,
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
  'AWS::ACMPCA::CertificateAuthority': {
    modelled: ['KeyAlgorithm', 'SigningAlgorithm', 'Subject', 'Type', 'UsageMode'],
    accepted: ['KeyStorageSecurityStandard', 'Tags'],
    reference: authorityArn,
    attributes: (resource) => ({ Arn: authorityArn(resource) }),
  },
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
    modelled: ['ApiId', 'StageName', 'DefaultRouteSettings', 'RouteSettings', 'AccessLogSettings'],
    accepted: ['AutoDeploy', 'Description', 'Tags'],
  }),
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::Events::Rule': named(ruleArn, {
    modelled: ['EventPattern', 'Name', 'ScheduleExpression', 'State', 'Targets'],
    accepted: ['Description', 'Tags'],
  }),
  'AWS::Lambda::EventInvokeConfig': identified({
    modelled: ['FunctionName', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts', 'Qualifier'],
    accepted: [],
  }),
  'AWS::Lambda::Function': named(({ physicalName }) => arn('lambda', `function:${physicalName}`), {
    modelled: [
      'Code',
      'Environment',
      'FunctionName',
      'Handler',
      'MemorySize',
      'ReservedConcurrentExecutions',
      'Role',
      'Runtime',
      'Timeout',
    ],
    accepted: ['Architectures', 'Description', 'LoggingConfig', 'Tags', 'TracingConfig'],
  }),
  'AWS::IAM::Policy': identified({
    modelled: ['PolicyDocument', 'Roles'],
    accepted: ['PolicyName'],
  }),
  'AWS::IAM::Role': named(roleArn, {
    modelled: ['AssumeRolePolicyDocument', 'ManagedPolicyArns', 'Policies', 'RoleName'],
    accepted: ['Description', 'Tags'],
  }),
  // Only an alias's reference matters: it invokes its function, which has only one version here.
  'AWS::Lambda::Alias': {
    modelled: ['FunctionName', 'FunctionVersion', 'Name'],
    accepted: [],
    reference: aliasArn,
    attributes: () => ({}),
  },
  // Its custom widgets are shown at /console; graphs have no metrics here.
  'AWS::CloudWatch::Dashboard': {
    modelled: ['DashboardBody', 'DashboardName'],
    accepted: [],
    reference: nameOf,
    attributes: () => ({}),
  },
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
    modelled: ['DefinitionString', 'RoleArn', 'StateMachineName', 'StateMachineType'],
    accepted: ['LoggingConfiguration', 'Tags', 'TracingConfiguration'],
    reference: stateMachineArn,
    attributes: (resource) => ({ Arn: stateMachineArn(resource), Name: nameOf(resource) }),
  },
};

/**
 * The resource types that npm start models, and their properties. `modelled` ones have an effect;
 * `accepted` ones are known to have no effect on one machine. All others are refused.
 */
import {
  formatArn,
  formatAuthorityArn,
  formatRoleArn,
  formatRuleArn,
  formatSecretArn,
  formatStateMachineArn,
  getName,
  getShortId,
} from './resource-names.ts';
import { createIdentifiedType, createNamedType, type ResourceType } from './resource-type.ts';
import { typesWithoutEffect } from './types-without-effect.ts';

const table: ResourceType = createNamedType(
  ({ physicalName }) => formatArn('dynamodb', `table/${physicalName}`),
  {
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
  },
);

/** The types by name. */
export const resourceTypes: Readonly<Record<string, ResourceType>> = {
  ...typesWithoutEffect,
  'AWS::ACMPCA::Certificate': createIdentifiedType({
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
    reference: formatAuthorityArn,
    attributes: (resource) => ({ Arn: formatAuthorityArn(resource) }),
  },
  'AWS::ACMPCA::CertificateAuthorityActivation': createIdentifiedType({
    modelled: ['Certificate', 'CertificateAuthorityArn', 'Status'],
    accepted: [],
  }),
  'AWS::ApiGatewayV2::Api': {
    modelled: ['ProtocolType'],
    accepted: ['Name', 'Description', 'Tags'],
    reference: getShortId,
    attributes: (resource) => ({ ApiId: getShortId(resource) }),
  },
  'AWS::ApiGatewayV2::Integration': createIdentifiedType({
    modelled: [
      'ApiId',
      'IntegrationType',
      'IntegrationUri',
      'PayloadFormatVersion',
      'TimeoutInMillis',
    ],
    accepted: ['Description', 'IntegrationMethod'],
  }),
  'AWS::ApiGatewayV2::Route': createIdentifiedType({
    modelled: ['ApiId', 'AuthorizationType', 'RouteKey', 'Target'],
    accepted: ['OperationName'],
  }),
  'AWS::ApiGatewayV2::Stage': createIdentifiedType({
    modelled: ['ApiId', 'StageName', 'DefaultRouteSettings', 'RouteSettings', 'AccessLogSettings'],
    accepted: ['AutoDeploy', 'Description', 'Tags'],
  }),
  'Custom::ScepCertificateAuthority': createIdentifiedType({
    modelled: [
      'ServiceToken',
      'ServiceTimeout',
      'CertificateAuthorityArn',
      'SigningAlgorithm',
      'UsageMode',
      'Region',
      'Account',
    ],
    accepted: [],
  }),
  'AWS::DynamoDB::GlobalTable': table,
  'AWS::DynamoDB::Table': table,
  'AWS::Events::Rule': createNamedType(formatRuleArn, {
    modelled: ['EventPattern', 'Name', 'ScheduleExpression', 'State', 'Targets'],
    accepted: ['Description', 'Tags'],
  }),
  'AWS::Lambda::EventInvokeConfig': createIdentifiedType({
    modelled: ['FunctionName', 'MaximumEventAgeInSeconds', 'MaximumRetryAttempts', 'Qualifier'],
    accepted: [],
  }),
  'AWS::Lambda::Function': createNamedType(
    ({ physicalName }) => formatArn('lambda', `function:${physicalName}`),
    {
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
    },
  ),
  // CDK moves the statements that an inline policy cannot hold to managed ones.
  'AWS::IAM::ManagedPolicy': createIdentifiedType({
    modelled: ['PolicyDocument', 'Roles'],
    accepted: ['Description', 'ManagedPolicyName', 'Path'],
  }),
  'AWS::IAM::Policy': createIdentifiedType({
    modelled: ['PolicyDocument', 'Roles'],
    accepted: ['PolicyName'],
  }),
  'AWS::IAM::Role': createNamedType(formatRoleArn, {
    modelled: ['AssumeRolePolicyDocument', 'ManagedPolicyArns', 'Policies', 'RoleName'],
    accepted: ['Description', 'Tags'],
  }),
  // Only Secrets Manager's permission is checked (deploy/secrets.ts).
  'AWS::Lambda::Permission': createIdentifiedType({
    modelled: ['Action', 'FunctionName', 'Principal', 'SourceAccount', 'SourceArn'],
    accepted: [],
  }),
  // Its custom widgets are shown at /console; graphs have no metrics here.
  'AWS::CloudWatch::Dashboard': {
    modelled: ['DashboardBody', 'DashboardName'],
    accepted: [],
    reference: getName,
    attributes: () => ({}),
  },
  'AWS::SSM::Parameter': {
    modelled: ['Name', 'Type', 'Value'],
    accepted: ['Description', 'Tags'],
    reference: getName,
    attributes: ({ physicalName }) => ({ Type: 'String', Name: physicalName }),
  },
  'AWS::SecretsManager::RotationSchedule': createIdentifiedType({
    modelled: ['RotateImmediatelyOnUpdate', 'RotationLambdaARN', 'RotationRules', 'SecretId'],
    accepted: [],
  }),
  'AWS::SecretsManager::Secret': {
    modelled: ['GenerateSecretString', 'Name', 'SecretString'],
    accepted: ['Description', 'KmsKeyId', 'Tags'],
    reference: formatSecretArn,
    attributes: (resource) => ({ Id: formatSecretArn(resource) }),
  },
  'AWS::StepFunctions::StateMachine': {
    modelled: ['DefinitionString', 'RoleArn', 'StateMachineName', 'StateMachineType'],
    accepted: ['LoggingConfiguration', 'Tags', 'TracingConfiguration'],
    reference: formatStateMachineArn,
    attributes: (resource) => ({ Arn: formatStateMachineArn(resource), Name: getName(resource) }),
  },
};

/** The function that revokes what Intune wants revoked: when it runs, what it is told, and what it may do. */
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { environment } from '../../lambda/environment.ts';
import { functionStatements, pathOf, type Statement } from './policies.ts';
import { caArn, declareConnector, newStack } from './synthesis.ts';

const path = 'connector-default/Revocation/RevokeRequested';
const intune = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  applicationId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  authentication: 'clientSecret',
} as const;

let template: Template;
let statements: readonly Statement[];

beforeAll(() => {
  const stack = newStack();
  declareConnector(stack, { intune });
  template = Template.fromStack(stack);
  statements = functionStatements(template)[path] ?? [];
});

const resource = (type: string, name: string) =>
  Object.entries(template.findResources(type)).find(([, each]) => pathOf(each) === name)?.[0];

describe('the function that revokes for Intune', () => {
  it('may do this, and nothing more', () => {
    const rights = statements.map(({ Action, Resource, Condition }) => [
      Action.join(' '),
      Resource,
      Object.values(Condition ?? {})
        .flatMap(Object.values)
        .flat(),
    ]);
    const enrolments = {
      'Fn::GetAtt': [resource('AWS::DynamoDB::Table', 'Service/Ledger/Enrolments'), 'Arn'],
    };
    const secret = resource('AWS::SecretsManager::Secret', 'connector-default/Intune/Secret');
    const log = { 'Fn::GetAtt': [expect.stringContaining('RevokeRequestedLog'), 'Arn'] };
    expect(rights).toEqual([
      ['logs:CreateLogStream logs:PutLogEvents', [log], []],
      ['acm-pca:RevokeCertificate', [caArn], []],
      [
        'dynamodb:Query',
        [{ 'Fn::Join': ['', [enrolments, '/index/unsettled']] }],
        ['default#revocations'],
      ],
      ['dynamodb:GetItem dynamodb:UpdateItem', [enrolments], ['default#*']],
      ['secretsmanager:GetSecretValue', [{ Ref: secret }], []],
    ]);
  });

  it('is told what it needs and nothing else', () => {
    const [told] = Object.values(template.findResources('AWS::Lambda::Function'))
      .filter((each) => pathOf(each).startsWith(path))
      .map(({ Properties }) => Object.keys(Properties.Environment.Variables).sort());
    const { connectorId, connectorSettings, enrolmentsTable, certificateAuthority, intuneSecret } =
      environment;
    expect(told).toEqual(
      [connectorId, connectorSettings, enrolmentsTable, certificateAuthority, intuneSecret].sort(),
    );
  });

  it('runs every 15 minutes, and once at a time', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'rate(15 minutes)',
      State: 'ENABLED',
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: 'Revokes what Intune wants revoked of the SCEP connector "default"',
      ReservedConcurrentExecutions: 1,
      Timeout: 300,
    });
  });
});

describe('an alarm', () => {
  it('tells that no run came to its end in two hours', () => {
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      LogGroupName: { Ref: resource('AWS::Logs::LogGroup', `${path}/Log`) },
      FilterPattern: '{ $.outcome = "done" }',
      MetricTransformations: [
        { MetricName: 'RevocationRuns-default', MetricValue: '1', DefaultValue: 0 },
      ],
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'RevocationRuns-default',
      Statistic: 'Sum',
      Period: 3600,
      EvaluationPeriods: 2,
      Threshold: 1,
      ComparisonOperator: 'LessThanThreshold',
    });
  });
});

describe('a connector of another kind', () => {
  it('has no such function', () => {
    const stack = newStack();
    declareConnector(stack);
    expect(functionStatements(Template.fromStack(stack))).not.toHaveProperty([path]);
  });
});

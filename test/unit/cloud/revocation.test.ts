/** The Revoke function: what starts it, and its alarms. Its rights are in permissions.test.ts. */
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { pathOf } from './policies.ts';
import { declareConnector, newStack, synthesizeStack } from './synthesis.ts';

const path = 'connector-default/Revocation/Revoke';
let template: Template;

beforeAll(() => {
  const stack = newStack();
  declareConnector(stack);
  template = synthesizeStack(stack);
});

const logicalId = (type: string, name: string) =>
  Object.entries(template.findResources(type)).find(([, each]) => pathOf(each) === name)?.[0];

describe('the Revoke function', () => {
  it('runs every 15 minutes, and when a certificate of its connector is withheld', () => {
    const rules = Object.values(template.findResources('AWS::Events::Rule'));
    const own = rules.filter((each) => pathOf(each).startsWith('connector-default/Revocation'));
    expect(own.map(({ Properties }) => Properties)).toEqual([
      expect.objectContaining({
        ScheduleExpression: 'rate(15 minutes)',
        EventPattern: {
          source: ['scep-connector'],
          'detail-type': ['Certificate Withheld'],
          detail: { connectorId: ['default'] },
        },
        State: 'ENABLED',
        Targets: [
          expect.objectContaining({
            Arn: {
              'Fn::GetAtt': [logicalId('AWS::Lambda::Function', `${path}/Function`), 'Arn'],
            },
          }),
        ],
      }),
    ]);
  });

  it('may be invoked by that rule alone', () => {
    const ofRevoke = Object.values(template.findResources('AWS::Lambda::Permission')).filter(
      ({ Properties }) => JSON.stringify(Properties.FunctionName).includes('Revoke'),
    );
    const rule = logicalId('AWS::Events::Rule', 'connector-default/Revocation/Rule');
    expect(ofRevoke.map(({ Properties }) => [Properties.Principal, Properties.SourceArn])).toEqual([
      ['events.amazonaws.com', { 'Fn::GetAtt': [rule, 'Arn'] }],
    ]);
  });
});

describe('an alarm', () => {
  it('rings when no run came to its end in two hours', () => {
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      LogGroupName: { Ref: logicalId('AWS::Logs::LogGroup', `${path}/Log`) },
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

  it('rings when the tables disagree about a withheld certificate', () => {
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      LogGroupName: { Ref: logicalId('AWS::Logs::LogGroup', `${path}/Log`) },
      FilterPattern: '{ $.disputed > 0 }',
      MetricTransformations: [
        { MetricName: 'DisputedCertificates-default', MetricValue: '$.disputed' },
      ],
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'DisputedCertificates-default',
      Statistic: 'Maximum',
      Threshold: 1,
    });
  });
});

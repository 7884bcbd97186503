import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { declareConnector, newStack } from './synthesis.ts';

let template: Template;
beforeAll(() => {
  const stack = newStack();
  declareConnector(stack, { raValidityDays: 90, raRotationDays: 30 });
  template = Template.fromStack(stack);
});

const alarm = (words: string) => {
  const all = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
  return all.find(({ Properties }) => Properties.AlarmDescription.includes(words))?.Properties;
};

describe('an alarm', () => {
  it('tells that an RA certificate is a day late to be renewed', () => {
    expect(alarm('renewed')).toMatchObject({
      MetricName: 'RaDaysLeft-default',
      Statistic: 'Minimum',
      Threshold: 59,
      ComparisonOperator: 'LessThanThreshold',
    });
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: '{ $.raDaysLeft >= -1000000 }',
      MetricTransformations: [{ MetricName: 'RaDaysLeft-default', MetricValue: '$.raDaysLeft' }],
    });
  });

  it('tells that a rotation failed', () => {
    expect(alarm('rotation')).toMatchObject({
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Threshold: 1,
    });
  });

  it('tells of a flood of envelopes that do not open', () => {
    expect(alarm('envelopes')).toMatchObject({
      MetricName: 'EnvelopesRefused-default',
      Statistic: 'Sum',
      Threshold: 200,
    });
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: '{ ($.code = "EnvelopeRefused") || ($.code = "TooManyEnvelopes") }',
    });
  });
});

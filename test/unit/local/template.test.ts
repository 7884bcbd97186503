import { describe, expect, it } from 'vitest';
import { openResources } from '../../../lib/local/template/resources.ts';
import type { TemplateResource } from '../../../lib/local/template/template.ts';

const open = (
  Resources: Readonly<Record<string, TemplateResource>>,
  outputs: Readonly<Record<string, unknown>> = {},
) =>
  openResources('Stack', {
    Resources,
    Outputs: Object.fromEntries(Object.entries(outputs).map(([id, Value]) => [id, { Value }])),
  });

const table: TemplateResource = { Type: 'AWS::DynamoDB::Table', Properties: {} };

describe('the resources of a template', () => {
  it('are refused by logical id and type if the type is not modelled', () => {
    expect(() => open({ Queue1: { Type: 'AWS::SQS::Queue' } })).toThrow(
      'Queue1 (AWS::SQS::Queue): the resource type',
    );
  });

  it('are refused if a property is not modelled', () => {
    const resource = { Type: 'AWS::Lambda::Function', Properties: { Layers: [], VpcConfig: {} } };
    expect(() => open({ Fn1: resource })).toThrow(
      /Fn1 .*property Layers\n.*Fn1 .*property VpcConfig/,
    );
  });

  it('are refused if they depend on a condition', () => {
    expect(() => open({ T: { ...table, Condition: 'IsProduction' } })).toThrow(
      'T (AWS::DynamoDB::Table): the condition',
    );
  });

  it.each([
    [{ 'Fn::ImportValue': 'x' }, 'output Out: the intrinsic Fn::ImportValue'],
    [{ Ref: 'Nobody' }, 'output Out: a reference to Nobody'],
    [{ 'Fn::GetAtt': ['T', 'StreamArn'] }, 'output Out: the attribute T.StreamArn'],
  ])('refuse the reference %j', (value, message) => {
    expect(() => open({ T: table }, { Out: value }).outputs()).toThrow(message);
  });

  it.each([
    [{ Ref: 'T' }, 'Stack-T'],
    [{ 'Fn::GetAtt': ['T', 'Arn'] }, 'arn:aws:dynamodb:us-east-1:000000000000:table/Stack-T'],
    [
      { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['T', 'Arn'] }, '/index/*']] },
      'arn:aws:dynamodb:us-east-1:000000000000:table/Stack-T/index/*',
    ],
    [{ 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }]] }, 'a-us-east-1'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how Fn::Sub is written
    [{ 'Fn::Sub': '${T}/${AWS::AccountId}/${!Literal}' }, 'Stack-T/000000000000/${Literal}'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how Fn::Sub is written
    [{ 'Fn::Sub': ['${x}', { x: { Ref: 'T' } }] }, 'Stack-T'],
    [{ 'Fn::Select': [1, { 'Fn::Split': [':', 'a:b:c'] }] }, 'b'],
  ])('resolve %j', (value, expected) => {
    expect(open({ T: table }, { Out: value }).outputs()).toEqual({ Out: expected });
  });

  it('can be referenced even if they have no effect', () => {
    const resources = open(
      { Panel: { Type: 'AWS::CloudWatch::Dashboard' }, Alarm: { Type: 'AWS::CloudWatch::Alarm' } },
      { Name: { Ref: 'Panel' }, Arn: { 'Fn::GetAtt': ['Alarm', 'Arn'] } },
    );
    expect(resources.outputs()).toEqual({
      Name: 'Stack-Panel',
      Arn: 'arn:aws:cloudwatch:us-east-1:000000000000:alarm:Stack-Alarm',
    });
  });

  it('are named by the resolved text of their name, so that an ARN changes with it', () => {
    const arns = ['one', 'two'].map((name) => {
      const FunctionName = { 'Fn::Join': ['-', [name, { Ref: 'T' }]] };
      return open(
        { T: table, F: { Type: 'AWS::Lambda::Function', Properties: { FunctionName } } },
        { Out: { 'Fn::GetAtt': ['F', 'Arn'] } },
      ).outputs();
    });
    expect(arns[0]?.Out).toBe('arn:aws:lambda:us-east-1:000000000000:function:one-Stack-T');
    expect(arns[1]?.Out).not.toBe(arns[0]?.Out);
  });

  it('have attributes that are published at their creation', () => {
    const resources = open(
      { Api: { Type: 'AWS::ApiGatewayV2::Api' } },
      { Url: { 'Fn::GetAtt': ['Api', 'ApiEndpoint'] } },
    );
    resources.publish('Api', { ApiEndpoint: 'http://127.0.0.1:1' });
    expect(resources.outputs()).toEqual({ Url: 'http://127.0.0.1:1' });
  });
});

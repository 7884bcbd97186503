/** Nested stacks as the local runner reads them: merged into their parent. */
import { describe, expect, it } from 'vitest';
import { mergeNestedStacks } from '../../../lib/local/template/nested-stacks.ts';
import type { Template } from '../../../lib/local/template/template.ts';

const nested: Template = {
  Resources: {
    Key: { Type: 'AWS::SecretsManager::Secret', Properties: { Name: { Ref: 'Prefix' } } },
    Reader: {
      Type: 'AWS::Lambda::Function',
      DependsOn: ['Key'],
      Properties: {
        Secret: { Ref: 'Key' },
        Arn: { 'Fn::GetAtt': ['Key', 'Id'] },
        Text: { 'Fn::Sub': `\${Prefix}-\${Key}-\${Key.Id}-\${AWS::Region}-\${!Key}` },
        Region: { Ref: 'AWS::Region' },
      },
    },
  },
  Outputs: { KeyArn: { Value: { Ref: 'Key' } } },
};

const stack = (Parameters: object) => ({
  Type: 'AWS::CloudFormation::Stack',
  Properties: { TemplateURL: 'one', Parameters },
});

const merge = (Resources: Template['Resources'], Outputs?: Template['Outputs']): Template =>
  mergeNestedStacks({ Resources, ...(Outputs && { Outputs }) }, () => nested);

describe('a nested stack', () => {
  it('becomes resources of its parent, with the id of the stack before their own', () => {
    const { Resources } = merge({ A: stack({ Prefix: 'a' }), B: stack({ Prefix: 'b' }) });
    expect(Object.keys(Resources)).toEqual(['AKey', 'AReader', 'BKey', 'BReader']);
  });

  it('has its own resources and its parameters in every reference', () => {
    const { Resources } = merge({ A: stack({ Prefix: { Ref: 'Table' } }) });
    expect(Resources.AKey?.Properties).toEqual({ Name: { Ref: 'Table' } });
    expect(Resources.AReader?.Properties).toEqual({
      Secret: { Ref: 'AKey' },
      Arn: { 'Fn::GetAtt': ['AKey', 'Id'] },
      Text: {
        'Fn::Sub': [
          `\${Prefix}-\${AKey}-\${AKey.Id}-\${AWS::Region}-\${!Key}`,
          { Prefix: { Ref: 'Table' } },
        ],
      },
      Region: { Ref: 'AWS::Region' },
    });
  });

  it('gives its outputs to its parent, and to another nested stack', () => {
    const { Resources, Outputs } = merge(
      {
        A: stack({ Prefix: 'a' }),
        B: stack({ Prefix: { 'Fn::GetAtt': ['A', 'Outputs.KeyArn'] } }),
      },
      { Arn: { Value: { 'Fn::GetAtt': ['B', 'Outputs.KeyArn'] } } },
    );
    expect(Resources.BKey?.Properties).toEqual({ Name: { Ref: 'AKey' } });
    expect(Outputs?.Arn).toEqual({ Value: { Ref: 'BKey' } });
  });

  it('passes its dependencies on to its resources, and stands for them in its parent', () => {
    const { Resources } = merge({
      A: { ...stack({ Prefix: 'a' }), DependsOn: ['Table'] },
      Stage: { Type: 'AWS::ApiGatewayV2::Stage', DependsOn: 'A' },
    });
    expect(Resources.AReader?.DependsOn).toEqual(['Table', 'AKey']);
    expect(Resources.Stage?.DependsOn).toEqual(['AKey', 'AReader']);
  });

  it('is refused if its parent names an output that it does not have', () => {
    expect(() =>
      merge({
        A: stack({ Prefix: 'a' }),
        C: {
          Type: 'AWS::SSM::Parameter',
          Properties: { Value: { 'Fn::GetAtt': ['A', 'Outputs.Other'] } },
        },
      }),
    ).toThrow('A.Outputs.Other');
  });
});

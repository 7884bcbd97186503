/** When the RA identity is renewed: on its schedule, and when the connector gets another CA. */
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { ShortLivedRootAuthority } from '../../../lib/cloud/certificate-authority.ts';
import type { UsageMode } from '../../../lib/cloud/issuing-authority.ts';
import {
  arnOfAuthority,
  declareConnector,
  importedAuthority,
  newStack,
  synthesizeStack,
} from './synthesis.ts';

/** The template of a connector at this CA. */
function templateAt(arn: string, usageMode: UsageMode): Template {
  const stack = newStack();
  declareConnector(stack, { certificateAuthority: importedAuthority(stack, arn), usageMode });
  return synthesizeStack(stack);
}

const only = (template: Template, type: string) => {
  const [one, ...more] = Object.entries(template.findResources(type));
  if (one === undefined || more.length > 0) throw new Error(`not one ${type}`);
  return { id: one[0], properties: one[1].Properties };
};

const scheduleOf = (template: Template) =>
  only(template, 'AWS::SecretsManager::RotationSchedule').properties;

/** The settings that the rotation function gets. */
function settingsOf(template: Template): { raValidityDays: number } {
  const functions = Object.values(template.findResources('AWS::Lambda::Function'));
  const rotate = functions.find(({ Properties }) => /RA identity/.test(Properties.Description));
  return JSON.parse(rotate?.Properties.Environment.Variables.CONNECTOR_SETTINGS);
}

describe('the RA identity', () => {
  it.each([
    ['GENERAL_PURPOSE', 90, 30],
    ['SHORT_LIVED_CERTIFICATE', 7, 3],
  ] as const)('of a CA in mode %s lives %i days and is renewed every %i', (mode, days, every) => {
    const template = templateAt(arnOfAuthority('1'), mode);
    expect(settingsOf(template)).toMatchObject({ raValidityDays: days });
    expect(scheduleOf(template)).toMatchObject({
      RotationRules: { AutomaticallyAfterDays: every },
      RotateImmediatelyOnUpdate: true,
    });
  });
});

/** The rotation function of a template, with its logical id. */
function rotationFunctionOf(template: Template) {
  const functions = Object.entries(template.findResources('AWS::Lambda::Function'));
  const found = functions.find(([, { Properties }]) => /RA identity/.test(Properties.Description));
  if (found === undefined) throw new Error('no rotation function');
  return { id: found[0], name: found[1].Properties.FunctionName };
}

describe('the rotation schedule', () => {
  it('names the function itself, whose name contains digits of its CA and of its stack', () => {
    const template = templateAt(arnOfAuthority('1'), 'GENERAL_PURPOSE');
    const { id, name } = rotationFunctionOf(template);
    expect(scheduleOf(template).RotationLambdaARN).toEqual({ 'Fn::GetAtt': [id, 'Arn'] });
    const stackId = { 'Fn::Select': [2, { 'Fn::Split': ['/', { Ref: 'AWS::StackId' }] }] };
    expect(name).toEqual({
      'Fn::Join': [
        '',
        ['default-ra-123456789012-', { 'Fn::Select': [0, { 'Fn::Split': ['-', stackId] }] }],
      ],
    });
  });

  it('so changes with the CA, and with nothing else, and what changes rotates at once', () => {
    const names = ['1', '2', '2'].map((digit) =>
      JSON.stringify(
        rotationFunctionOf(
          templateAt(
            arnOfAuthority('1').replace('123456789012', digit.repeat(12)),
            'GENERAL_PURPOSE',
          ),
        ).name,
      ),
    );
    expect(names[0]).not.toBe(names[1]);
    expect(names[1]).toBe(names[2]);
  });

  it('does so too for a CA that is replaced inside its stack', () => {
    const stack = newStack();
    const certificateAuthority = new ShortLivedRootAuthority(stack, 'Authority', {
      commonName: 'test root',
    });
    declareConnector(stack, { certificateAuthority });
    const template = synthesizeStack(stack);
    const authority = only(template, 'AWS::ACMPCA::CertificateAuthority');
    expect(JSON.stringify(rotationFunctionOf(template).name)).toContain(
      `{"Fn::GetAtt":["${authority.id}","Arn"]}`,
    );
  });

  it('may call the function, and Secrets Manager of no other account', () => {
    const template = templateAt(arnOfAuthority('1'), 'GENERAL_PURPOSE');
    const { id } = rotationFunctionOf(template);
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': [id, 'Arn'] },
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
    template.resourceCountIs('AWS::Lambda::Alias', 0);
  });
});

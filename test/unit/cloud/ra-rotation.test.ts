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

describe('the rotation schedule', () => {
  it('names the function by an alias that is called as the CA is', () => {
    const template = templateAt(arnOfAuthority('1'), 'GENERAL_PURPOSE');
    const alias = only(template, 'AWS::Lambda::Alias');
    expect(alias.properties).toMatchObject({
      Name: '11111111-1234-1234-1234-123456789012',
      FunctionVersion: '$LATEST',
    });
    expect(scheduleOf(template).RotationLambdaARN).toEqual({ Ref: alias.id });
  });

  it('so changes with the CA, and with nothing else, and what changes rotates at once', () => {
    const names = ['1', '2', '2'].map((digit) => {
      const template = templateAt(arnOfAuthority(digit), 'GENERAL_PURPOSE');
      return only(template, 'AWS::Lambda::Alias').properties.Name;
    });
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
    expect(only(template, 'AWS::Lambda::Alias').properties.Name).toEqual({
      'Fn::Select': [1, { 'Fn::Split': ['/', { 'Fn::GetAtt': [authority.id, 'Arn'] }] }],
    });
  });

  it('may call the function by that alias, and Secrets Manager of no other account', () => {
    const template = templateAt(arnOfAuthority('1'), 'GENERAL_PURPOSE');
    const alias = only(template, 'AWS::Lambda::Alias');
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Action: 'lambda:InvokeFunction',
      FunctionName: { Ref: alias.id },
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
  });
});

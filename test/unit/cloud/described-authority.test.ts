/** The custom resource that describes an existing CA at deployment. */
import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  importCertificateAuthority,
  ShortLivedRootAuthority,
} from '../../../lib/cloud/certificate-authority.ts';
import { caArn, declareConnector, newStack } from './synthesis.ts';

const type = 'Custom::ScepCertificateAuthority';

describe('a connector of an existing CA', () => {
  let template: Template;
  beforeAll(() => {
    const stack = newStack();
    declareConnector(stack, { signingAlgorithm: 'SHA384WITHECDSA' });
    template = Template.fromStack(stack);
  });

  it('has the CA described with what is declared, and waits five minutes for it', () => {
    template.hasResourceProperties(type, {
      ServiceToken: { 'Fn::GetAtt': [Match.stringLikeRegexp('DescribeAuthorityFunction'), 'Arn'] },
      ServiceTimeout: '300',
      CertificateAuthorityArn: caArn,
      SigningAlgorithm: 'SHA384WITHECDSA',
      UsageMode: 'GENERAL_PURPOSE',
      Region: { Ref: 'AWS::Region' },
      Account: { Ref: 'AWS::AccountId' },
    });
  });

  it('does so once the function has its permissions, and rotates nothing before it', () => {
    template.hasResource(type, {
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('DescribeAuthorityRoleDefaultPolicy')]),
    });
    const [logicalId = ''] = Object.keys(template.findResources(type));
    template.hasResource('AWS::SecretsManager::RotationSchedule', {
      DependsOn: Match.arrayWith([logicalId]),
    });
  });

  it('shows when the CA ends', () => {
    template.hasOutput('DefaultCertificateAuthorityEnd', {
      Value: {
        'Fn::GetAtt': [Match.stringLikeRegexp('^connectordefaultCertificateAuthority'), 'NotAfter'],
      },
    });
  });
});

/** A stack whose Region and account are known at synthesis. */
const stackIn = (region: string, account: string): Stack =>
  new Stack(new App({ context: { 'aws:cdk:bundling-stacks': [] } }), 'Test', {
    env: { region, account },
  });

describe('synthesis', () => {
  it.each([
    ['another Region', 'us-east-1', '111122223333', 'Deploy the stack to eu-west-1'],
    ['another account', 'eu-west-1', '999999999999', 'belongs to account 111122223333'],
  ])('refuses a CA of %s', (_, region, account, sentence) => {
    const declare = () => declareConnector(stackIn(region, account));
    expect(declare).toThrow(
      expect.objectContaining({
        code: 'misplacedCertificateAuthority',
        message: expect.stringContaining(sentence),
      }),
    );
  });

  it('accepts a CA where the stack is, and leaves the rest to the deployment', () => {
    declareConnector(stackIn('eu-west-1', '111122223333'));
    declareConnector(newStack());
  });

  it('knows the CA of its own stack: nothing describes it, and ECDSA is refused', () => {
    const stack = newStack();
    const certificateAuthority = new ShortLivedRootAuthority(stack, 'Authority', {
      commonName: 'test root',
    });
    const ecdsa = () =>
      declareConnector(stack, {
        connectorId: 'ecdsa',
        certificateAuthority,
        signingAlgorithm: 'SHA256WITHECDSA',
      });
    expect(ecdsa).toThrow(expect.objectContaining({ code: 'badSigningAlgorithm' }));
    const other = newStack();
    declareConnector(other, {
      certificateAuthority: new ShortLivedRootAuthority(other, 'Authority', { commonName: 'x' }),
    });
    Template.fromStack(other).resourceCountIs(type, 0);
  });

  it('accepts a CA whose ARN is known at deployment only', () => {
    const stack = newStack();
    const { certificateAuthorityArn } = new ShortLivedRootAuthority(stack, 'Authority', {
      commonName: 'x',
    });
    declareConnector(stack, {
      certificateAuthority: { ...importCertificateAuthority(caArn), certificateAuthorityArn },
    });
    Template.fromStack(stack).resourceCountIs(type, 1);
  });
});

/** The custom resource that describes an existing CA at deployment. */
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { CertificateAuthority } from 'aws-cdk-lib/aws-acmpca';
import { beforeAll, describe, expect, it } from 'vitest';
import { ShortLivedRootAuthority } from '../../../lib/cloud/certificate-authority.ts';
import { caArn, declareConnector, newStack, synthesizeStack } from './synthesis.ts';

const type = 'Custom::ScepCertificateAuthority';

describe('a connector of an existing CA', () => {
  let template: Template;
  beforeAll(() => {
    const stack = newStack();
    declareConnector(stack, { signingAlgorithm: 'SHA384WITHECDSA' });
    template = synthesizeStack(stack);
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
        'Fn::GetAtt': [Match.stringLikeRegexp('^DefaultConnectorCertificateAuthority'), 'NotAfter'],
      },
    });
  });
});

describe('synthesis', () => {
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
    synthesizeStack(other).resourceCountIs(type, 0);
  });

  it('accepts a CA whose ARN is known at deployment only', () => {
    const stack = newStack();
    const { certificateAuthorityArn } = new ShortLivedRootAuthority(stack, 'Authority', {
      commonName: 'x',
    });
    const certificateAuthority = CertificateAuthority.fromCertificateAuthorityArn(
      stack,
      'Imported',
      certificateAuthorityArn,
    );
    declareConnector(stack, { certificateAuthority });
    synthesizeStack(stack).resourceCountIs(type, 1);
  });
});

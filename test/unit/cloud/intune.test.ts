import { Duration } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { environment } from '../../../lambda/config/environment.ts';
import { clouds } from '../../../lambda/intune/cloud.ts';
import type { IntuneDeclaration } from '../../../lib/cloud/declared-intune.ts';
import type { ScepConnectorProps } from '../../../lib/cloud/scep-connector.ts';
import { pathOf } from './policies.ts';
import { declareConnector, newStack, synthesizeStack } from './synthesis.ts';

const declared: IntuneDeclaration = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  applicationId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  authentication: 'clientSecret',
};
const elsewhere = { ...clouds.public, authority: 'https://login.example.org' };

/** A stack with one Intune connector. */
const templateWith = (intune: Partial<IntuneDeclaration> = {}): Template => {
  const stack = newStack();
  declareConnector(stack, { intune: { ...declared, ...intune } });
  return synthesizeStack(stack);
};

const functionAt = (template: Template, path: string) =>
  Object.values(template.findResources('AWS::Lambda::Function')).find((each) =>
    pathOf(each).endsWith(path),
  )?.Properties.Environment.Variables;

const settingsIn = (template: Template) =>
  JSON.parse(functionAt(template, '/Scep/Function')[environment.connectorSettings]);

describe('an Intune connector', () => {
  it.each<[string, Record<string, unknown>]>([
    ['a tenant that is neither id nor domain', { tenantId: 'contoso' }],
    ['a tenant that would be a path', { tenantId: '../common' }],
    ['an application without a GUID', { applicationId: 'scep-connector' }],
    ['an unknown way to authenticate', { authentication: 'password' }],
    ['an unknown cloud', { cloud: 'china' }],
    ['a cloud without TLS', { cloud: { ...elsewhere, authority: 'http://login.example.org' } }],
    [
      'a cloud whose address ends in a slash',
      { cloud: { ...elsewhere, graphUrl: 'https://g.example/' } },
    ],
    ['a cloud without a resource', { cloud: { ...elsewhere, intuneResource: '' } }],
  ])('refuses %s', (_, intune) => {
    expect(() => templateWith(intune)).toThrow(expect.objectContaining({ code: 'badIntune' }));
  });

  it.each<[string, Partial<ScepConnectorProps>]>([
    ['a page that makes challenges', { ndesAdminPage: true }],
    [
      'a challenge that rotates',
      {
        challengeRotation: {
          name: 'a',
          interval: Duration.days(30),
          overlap: Duration.days(7),
        },
      },
    ],
  ])('refuses %s beside it: its challenges are Intune’s', (_, beside) => {
    const declare = () => declareConnector(newStack(), { intune: declared, ...beside });
    expect(declare).toThrow(expect.objectContaining({ code: 'badIntune' }));
  });

  it('knows the addresses of its cloud', () => {
    expect(settingsIn(templateWith()).intune).toEqual({ ...declared, cloud: clouds.public });
    expect(settingsIn(templateWith({ cloud: 'gccHigh' })).intune.cloud).toEqual(clouds.gccHigh);
    expect(settingsIn(templateWith({ cloud: elsewhere })).intune.cloud).toEqual(elsewhere);
    expect(settingsIn(templateWith({ tenantId: 'contoso.example.com' })).intune.tenantId).toBe(
      'contoso.example.com',
    );
  });
});

describe('a connector of another kind', () => {
  it('has no word of Intune in its settings', () => {
    const stack = newStack();
    declareConnector(stack);
    expect(settingsIn(synthesizeStack(stack))).not.toHaveProperty('intune');
  });
});

describe('a secret of Entra ID', () => {
  it.each(['clientSecret', 'certificate'] as const)(
    'is made for %s, and its ARN an output',
    (authentication) => {
      const template = templateWith({ authentication });
      const { Value } = Object.values(template.findOutputs('DefaultIntuneSecretArn'))[0] ?? {};
      const secret = template.findResources('AWS::SecretsManager::Secret')[Value.Ref];
      expect(pathOf(secret as never)).toBe('connector-default/Intune/Secret');
      expect(secret?.Properties.GenerateSecretString).toMatchObject({
        SecretStringTemplate: '{}',
        GenerateStringKey: 'placeholder',
      });
      expect(functionAt(template, '/Scep/Function')[environment.intuneSecret]).toEqual(Value);
    },
  );
});

describe('a federated identity', () => {
  const template = templateWith({ authentication: 'federated' });
  const roles = template.findResources('AWS::IAM::Role');
  const [identityId] = Object.keys(roles).filter(
    (id) => pathOf(roles[id] as never) === 'connector-default/Intune/Identity',
  );
  const identityArn = { 'Fn::GetAtt': [identityId, 'Arn'] };

  it('needs no secret', () => {
    const secrets = Object.values(template.findResources('AWS::SecretsManager::Secret'));
    expect(secrets.filter((each) => pathOf(each).includes('Intune'))).toEqual([]);
    expect(template.findOutputs('DefaultIntuneSecretArn')).toEqual({});
  });

  it('is output as what Entra asks for: issuer, subject, audience', () => {
    const value = (name: string) => template.findOutputs(name)[name]?.Value;
    expect(value('DefaultIntuneFederationSubject')).toEqual(identityArn);
    expect(value('DefaultIntuneFederationAudience')).toBe('api://AzureADTokenExchange');
    expect(value('DefaultIntuneFederationIssuer')).toContain(
      'aws iam get-outbound-web-identity-federation-info',
    );
  });

  it('may ask for tokens for Entra alone, signed with RS256, and for nothing else', () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: identityId }],
      PolicyDocument: {
        Statement: [
          {
            Action: 'sts:GetWebIdentityToken',
            Effect: 'Allow',
            Resource: '*',
            Condition: {
              'ForAllValues:StringEquals': {
                'sts:IdentityTokenAudience': ['api://AzureADTokenExchange'],
              },
              StringEquals: { 'sts:SigningAlgorithm': 'RS256' },
            },
          },
        ],
      },
    });
  });

  it('is known to the functions, which alone may assume it', () => {
    expect(functionAt(template, '/Scep/Function')[environment.intuneIdentity]).toEqual(identityArn);
    const trusted = roles[identityId ?? '']?.Properties.AssumeRolePolicyDocument.Statement;
    expect(new Set(trusted.map(({ Action }: { Action: string }) => Action))).toEqual(
      new Set(['sts:AssumeRole']),
    );
    const principals: { 'Fn::GetAtt': [string] }[] = trusted.flatMap(
      ({ Principal }: { Principal: { AWS: unknown } }) => Principal.AWS,
    );
    expect(principals.map((one) => pathOf(roles[one['Fn::GetAtt'][0]] as never))).toEqual(
      expect.arrayContaining([
        'connector-default/Scep/Role',
        'connector-default/Issuance/Certify/Role',
        'connector-default/Revocation/Revoke/Role',
      ]),
    );
    expect(principals).toHaveLength(3);
  });
});

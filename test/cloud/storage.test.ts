import { RemovalPolicy } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { ShortLivedRootAuthority } from '../../lib/cloud/certificate-authority.ts';
import { ScepService } from '../../lib/cloud/scep-service.ts';
import { pathOf } from './policies.ts';
import { declareConnector, newStack } from './synthesis.ts';

let template: Template;

beforeAll(() => {
  const stack = newStack();
  const commonName = 'test root';
  const certificateAuthority = new ShortLivedRootAuthority(stack, 'Authority', { commonName });
  declareConnector(stack, { certificateAuthority });
  template = Template.fromStack(stack);
});

/** What becomes of each resource of a type when the stack is deleted, by its path. */
function fates(type: string, of = template): Record<string, string> {
  const resources = Object.values(of.findResources(type));
  return Object.fromEntries(resources.map((each) => [pathOf(each), each.DeletionPolicy]));
}

describe('the ledger', () => {
  it('is four tables of items that expire, paid by the call and restorable', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 4);
    template.allResourcesProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('lists who is not settled, with nothing but their names', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      GlobalSecondaryIndexes: [
        {
          IndexName: 'unsettled',
          KeySchema: [
            { AttributeName: 'unsettledOf', KeyType: 'HASH' },
            { AttributeName: 'lookAt', KeyType: 'RANGE' },
          ],
          Projection: {
            NonKeyAttributes: ['enrolmentId', 'generation', 'run'],
            ProjectionType: 'INCLUDE',
          },
        },
      ],
    });
  });

  it('keeps items by id, and endings by connector, day and moment', () => {
    const tables = Object.values(template.findResources('AWS::DynamoDB::Table'));
    const keys = tables.map((table) => [
      pathOf(table),
      table.Properties.KeySchema.map((key: { AttributeName: string }) => key.AttributeName),
    ]);
    expect(Object.fromEntries(keys)).toEqual({
      'Service/Ledger/Challenges': ['id'],
      'Service/Ledger/Enrolments': ['id'],
      'Service/Ledger/Envelopes': ['id'],
      'Service/Ledger/History': ['connectorDay', 'at'],
    });
  });

  it('lists challenges by an index that holds no password', () => {
    const tables = Object.values(template.findResources('AWS::DynamoDB::Table'));
    const table = tables.find((each) => pathOf(each) === 'Service/Ledger/Challenges');
    const [index] = table?.Properties.GlobalSecondaryIndexes ?? [];
    expect(index.KeySchema.map((key: { AttributeName: string }) => key.AttributeName)).toEqual([
      'connectorId',
      'createdAt',
    ]);
    expect(index.Projection.ProjectionType).toBe('INCLUDE');
    expect(index.Projection.NonKeyAttributes).not.toContain('sealedPassword');
  });

  it('outlives its stack, with the key it is sealed with', () => {
    expect(fates('AWS::DynamoDB::Table')).toEqual({
      'Service/Ledger/Challenges': 'Retain',
      'Service/Ledger/Enrolments': 'Retain',
      'Service/Ledger/Envelopes': 'Delete',
      'Service/Ledger/History': 'Retain',
    });
    expect(fates('AWS::SecretsManager::Secret')).toMatchObject({
      'connector-default/Key': 'Retain',
    });
  });

  it('goes with its stack where that is asked for', () => {
    const stack = newStack();
    const service = new ScepService(stack, 'Service', { removalPolicy: RemovalPolicy.DESTROY });
    declareConnector(stack, { service });
    const disposable = Template.fromStack(stack);
    const all = [
      ...Object.values(fates('AWS::DynamoDB::Table', disposable)),
      ...Object.values(fates('AWS::SecretsManager::Secret', disposable)),
    ];
    expect(new Set(all)).toEqual(new Set(['Delete']));
  });
});

describe('the connector key', () => {
  it('is 64 characters without punctuation', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true },
    });
  });

  it('is never rotated: every stored challenge is found by it', () => {
    template.resourceCountIs('AWS::SecretsManager::RotationSchedule', 1);
  });
});

describe('the RA identity', () => {
  it('is born at deployment and renewed twice within its seven days', () => {
    template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      SecretId: { Ref: Match.stringLikeRegexp('RaSecret') },
      RotateImmediatelyOnUpdate: true,
      RotationRules: { AutomaticallyAfterDays: 3 },
    });
  });

  it('waits for the CA to be active, and for the right to be made', () => {
    template.hasResource('AWS::SecretsManager::RotationSchedule', {
      DependsOn: Match.arrayWith([
        Match.stringLikeRegexp('^AuthorityActivation'),
        Match.stringLikeRegexp('RotateRaFunctionRotation'),
        Match.stringLikeRegexp('RotateRaRoleDefaultPolicy'),
      ]),
    });
  });

  it('starts as text that nobody could take for an identity', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: { ExcludeNumbers: true, ExcludePunctuation: true },
    });
  });

  it('is made for Secrets Manager of this account alone', () => {
    template.hasResourceProperties('AWS::Lambda::Permission', {
      Principal: 'secretsmanager.amazonaws.com',
      SourceAccount: { Ref: 'AWS::AccountId' },
    });
  });
});

describe('the CA that is made here', () => {
  it('is a short-lived RSA root of ten years', () => {
    template.hasResourceProperties('AWS::ACMPCA::CertificateAuthority', {
      Type: 'ROOT',
      UsageMode: 'SHORT_LIVED_CERTIFICATE',
      KeyAlgorithm: 'RSA_2048',
      Subject: { CommonName: 'test root' },
    });
    template.hasResourceProperties('AWS::ACMPCA::Certificate', {
      Validity: { Type: 'YEARS', Value: 10 },
    });
    template.hasResourceProperties('AWS::ACMPCA::CertificateAuthorityActivation', {
      Status: 'ACTIVE',
    });
  });
});

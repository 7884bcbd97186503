import { RemovalPolicy } from 'aws-cdk-lib';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { ShortLivedRootAuthority } from '../../../lib/cloud/certificate-authority.ts';
import { ScepService } from '../../../lib/cloud/scep-service.ts';
import { pathOf } from './policies.ts';
import { declareConnector, newStack, synthesizeStack } from './synthesis.ts';

let template: Template;

beforeAll(() => {
  const stack = newStack();
  const commonName = 'test root';
  const certificateAuthority = new ShortLivedRootAuthority(stack, 'Authority', { commonName });
  declareConnector(stack, { certificateAuthority });
  template = synthesizeStack(stack);
});

/** What becomes of each resource of a type when the stack is deleted, by its path. */
function fates(type: string, of = template): Record<string, string> {
  const resources = Object.values(of.findResources(type));
  return Object.fromEntries(resources.map((each) => [pathOf(each), each.DeletionPolicy]));
}

describe('the tables', () => {
  it('are five, of items that expire, paid by the call and restorable', () => {
    template.resourceCountIs('AWS::DynamoDB::Table', 5);
    template.allResourcesProperties('AWS::DynamoDB::Table', {
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
      BillingMode: 'PAY_PER_REQUEST',
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it('keep items by id, and refusals by connector, day and moment', () => {
    const keys = Object.values(template.findResources('AWS::DynamoDB::Table')).map((table) => [
      pathOf(table),
      keysIn(table.Properties.KeySchema),
    ]);
    expect(Object.fromEntries(keys)).toEqual({
      'Service/Tables/Challenges': ['id'],
      'Service/Tables/Enrolments': ['id'],
      'Service/Tables/Certificates': ['id'],
      'Service/Tables/Envelopes': ['id'],
      'Service/Tables/Refusals': ['connectorDay', 'endedAt'],
    });
  });

  it('list what is due by time, without Grants and certificates', () => {
    expect(indexOf('Enrolments', 'due')).toEqual({
      keys: ['duePartition', 'dueAt'],
      types: ['S', 'N'],
      attributes: ['attempt', 'lostAt', 'searchedAt', 'status'],
    });
  });

  it('list settled attempts by day, with what history shows of them', () => {
    expect(indexOf('Enrolments', 'byDay')).toEqual({
      keys: ['connectorDay', 'endedAt'],
      types: ['S', 'S'],
      attributes: [
        'status',
        'code',
        'subject',
        'serialHex',
        'certificateArn',
        'challengeId',
        'enrolmentId',
        'transactionId',
      ],
    });
  });

  it('list challenges by an index that holds no password', () => {
    const index = indexOf('Challenges', 'byConnector');
    expect(index.keys).toEqual(['connectorId', 'createdAt']);
    expect(index.attributes).not.toContain('sealedPassword');
  });

  it('outlive their stack, with the secrets they are found and sealed with', () => {
    expect(fates('AWS::DynamoDB::Table')).toEqual({
      'Service/Tables/Challenges': 'RetainExceptOnCreate',
      'Service/Tables/Enrolments': 'RetainExceptOnCreate',
      'Service/Tables/Certificates': 'RetainExceptOnCreate',
      'Service/Tables/Envelopes': 'Delete',
      'Service/Tables/Refusals': 'RetainExceptOnCreate',
    });
    expect(fates('AWS::SecretsManager::Secret')).toEqual({
      'connector-default/Secrets/Lookup': 'RetainExceptOnCreate',
      'connector-default/Secrets/Issuance': 'RetainExceptOnCreate',
      'connector-default/Secrets/Admin': 'RetainExceptOnCreate',
      'connector-default/Ra/Secret': 'Delete',
    });
  });

  it('may refuse to be deleted, but for the one of envelopes that can be replayed', () => {
    const stack = newStack();
    new ScepService(stack, 'Service', { deletionProtection: true });
    const isProtected = (of: Template) =>
      Object.values(of.findResources('AWS::DynamoDB::Table')).map((table) => [
        pathOf(table),
        table.Properties.DeletionProtectionEnabled ?? false,
      ]);
    expect(isProtected(synthesizeStack(stack))).toEqual([
      ['Service/Tables/Challenges', true],
      ['Service/Tables/Enrolments', true],
      ['Service/Tables/Certificates', true],
      ['Service/Tables/Refusals', true],
      ['Service/Tables/Envelopes', false],
    ]);
    expect(isProtected(template).filter(([, yes]) => yes)).toEqual([]);
  });

  it('go with their stack where that is declared', () => {
    const stack = newStack();
    const service = new ScepService(stack, 'Service', { removalPolicy: RemovalPolicy.DESTROY });
    declareConnector(stack, { service });
    const disposable = synthesizeStack(stack);
    const all = [
      ...Object.values(fates('AWS::DynamoDB::Table', disposable)),
      ...Object.values(fates('AWS::SecretsManager::Secret', disposable)),
      ...Object.values(fates('AWS::Logs::LogGroup', disposable)),
    ];
    expect(new Set(all)).toEqual(new Set(['Delete']));
  });
});

const keysIn = (schema: readonly { readonly AttributeName: string }[]) =>
  schema.map(({ AttributeName }) => AttributeName);

/** An index of a table: its keys, their types, and what it includes. */
function indexOf(table: string, name: string) {
  const tables = Object.values(template.findResources('AWS::DynamoDB::Table'));
  const found = tables.find((each) => pathOf(each) === `Service/Tables/${table}`)?.Properties;
  const index = found?.GlobalSecondaryIndexes.find(
    ({ IndexName }: { IndexName: string }) => IndexName === name,
  );
  expect(index.Projection.ProjectionType).toBe('INCLUDE');
  const keys = keysIn(index.KeySchema);
  const definitions: readonly { AttributeName: string; AttributeType: string }[] =
    found?.AttributeDefinitions;
  return {
    keys,
    types: keys.map((key) => definitions.find((one) => one.AttributeName === key)?.AttributeType),
    attributes: index.Projection.NonKeyAttributes,
  };
}

describe('the secrets of a connector', () => {
  it('are three texts of their own, 64 characters each without punctuation', () => {
    const secrets = Object.values(template.findResources('AWS::SecretsManager::Secret')).filter(
      (each) => pathOf(each).startsWith('connector-default/Secrets/'),
    );
    expect(secrets.map(({ Properties }) => Properties.GenerateSecretString)).toEqual(
      Array(3).fill({ PasswordLength: 64, ExcludePunctuation: true }),
    );
  });

  it('are never rotated, because every stored item is found or opened by them', () => {
    template.resourceCountIs('AWS::SecretsManager::RotationSchedule', 1);
  });
});

describe('the RA identity', () => {
  it('is created at deployment and renewed twice within its seven days', () => {
    template.hasResourceProperties('AWS::SecretsManager::RotationSchedule', {
      SecretId: { Ref: Match.stringLikeRegexp('RaSecret') },
      RotateImmediatelyOnUpdate: true,
      RotationRules: { AutomaticallyAfterDays: 3 },
    });
  });

  it('waits for the CA to be active, and for the right to be made', () => {
    template.hasResource('AWS::SecretsManager::RotationSchedule', {
      DependsOn: Match.arrayWith([
        'ScepRootActivation',
        Match.stringLikeRegexp('RotateRaFunctionRotation'),
        Match.stringLikeRegexp('RotateRaRoleDefaultPolicy'),
      ]),
    });
  });

  it('starts as text that is not an identity', () => {
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

describe('a log', () => {
  it('of a function outlives its stack, and those of AWS services go with it', () => {
    const retained = Object.entries(fates('AWS::Logs::LogGroup')).filter(
      ([, fate]) => fate === 'RetainExceptOnCreate',
    );
    const functions = Object.values(template.findResources('AWS::Lambda::Function')).map(pathOf);
    expect(retained.map(([path]) => path).toSorted()).toEqual(
      functions.map((path) => path.replace(/Function$/, 'Log')).toSorted(),
    );
  });
});

describe('the CA that is made here', () => {
  it('outlives its stack, and stays active', () => {
    for (const type of [
      'AWS::ACMPCA::CertificateAuthority',
      'AWS::ACMPCA::Certificate',
      'AWS::ACMPCA::CertificateAuthorityActivation',
    ])
      template.hasResource(type, {
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
  });

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

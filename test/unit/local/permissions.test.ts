import { describe, expect, it } from 'vitest';
import { createAuthorize } from '../../../lib/local/permissions/authorize.ts';
import { readStatement } from '../../../lib/local/permissions/statement.ts';
import {
  account,
  authorityArn,
  buildText,
  createCheck,
  createTableCheck,
  expectDenied,
  formatTarget,
  formatTemplateArn,
  tableArn,
} from './permissions-kit.ts';

describe('a call without a statement that allows it', () => {
  it('is denied with the message of AWS', () => {
    const call = createCheck();
    const input = { TableName: 'Rows', Key: { id: buildText('default#1') } };
    expect(() => call(formatTarget('GetItem'), input)).toThrow(
      `User: arn:aws:sts::${account}:assumed-role/Scep/scep is not authorized to perform: dynamodb:GetItem on resource: ${tableArn} because no identity-based policy allows the dynamodb:GetItem action`,
    );
  });

  it('is denied for another action, and for another resource', () => {
    const call = createCheck({ Action: 'acm-pca:GetCertificate', Resource: authorityArn });
    const CertificateAuthorityArn = authorityArn;
    call('ACMPrivateCA.GetCertificate', { CertificateAuthorityArn });
    expectDenied(() => call('ACMPrivateCA.RevokeCertificate', { CertificateAuthorityArn }));
    const other = { CertificateAuthorityArn: `${authorityArn}2` };
    expectDenied(() => call('ACMPrivateCA.GetCertificate', other));
  });

  it('is allowed for the operator, whose key belongs to no function', () => {
    createCheck()('ACMPrivateCA.GetCertificate', {}, 'AKIAOPERATOR');
  });

  it('is refused if it is unsigned', () => {
    const authorize = createAuthorize({ callers: new Map(), tables: {}, secretArns: {} });
    const call = { authorization: undefined, targetPrefix: 'x', operation: 'y', input: {} };
    expect(() => authorize(call)).toThrow('Missing Authentication Token');
  });
});

describe('an action', () => {
  it.each(['acm-pca:*', 'ACM-PCA:getcertificate', 'acm-pca:Get?ertificate', '*'])(
    'is matched by %s',
    (Action) => {
      const call = createCheck({ Action, Resource: '*' });
      call('ACMPrivateCA.GetCertificate', { CertificateAuthorityArn: authorityArn });
    },
  );
});

describe('a secret', () => {
  it('is the same resource by its name and by its ARN', () => {
    const Resource = `arn:aws:secretsmanager:us-east-1:${account}:secret:key-abcdef`;
    const call = createCheck({ Action: 'secretsmanager:GetSecretValue', Resource });
    call('secretsmanager.GetSecretValue', { SecretId: 'key' });
    call('secretsmanager.GetSecretValue', { SecretId: Resource });
    expectDenied(() => call('secretsmanager.GetSecretValue', { SecretId: 'other' }));
  });
});

describe('StringEquals', () => {
  const call = createCheck({
    Action: 'acm-pca:IssueCertificate',
    Resource: authorityArn,
    Condition: {
      StringEquals: { 'acm-pca:TemplateArn': [formatTemplateArn('One'), formatTemplateArn('Two')] },
    },
  });
  const issue = (TemplateArn?: string) => () =>
    call('ACMPrivateCA.IssueCertificate', {
      CertificateAuthorityArn: authorityArn,
      ...(TemplateArn && { TemplateArn }),
    });

  it('holds for any of its values', () => {
    issue(formatTemplateArn('One'))();
    issue(formatTemplateArn('Two'))();
  });

  it('does not hold for another value, for a longer one, or for the default template', () => {
    expectDenied(issue(formatTemplateArn('Three')));
    expectDenied(issue(`${formatTemplateArn('One')}0`));
    expectDenied(issue());
  });

  it('does not hold without a value, unless it ends in IfExists', () => {
    const put = { TableName: 'Rows', Item: { id: buildText('default#1') } };
    const values = { 'dynamodb:ReturnValues': 'NONE' };
    expectDenied(() =>
      createTableCheck('dynamodb:PutItem', { StringEquals: values })(formatTarget('PutItem'), put),
    );
    const ifExists = createTableCheck('dynamodb:PutItem', { StringEqualsIfExists: values });
    ifExists(formatTarget('PutItem'), put);
    expectDenied(() => ifExists(formatTarget('PutItem'), { ...put, ReturnValues: 'ALL_OLD' }));
  });
});

describe('StringLike', () => {
  const call = createCheck({
    Action: 'events:PutEvents',
    Resource: '*',
    Condition: { StringLike: { 'events:source': 'scep-*' } },
  });
  const put =
    (...sources: readonly string[]) =>
    () =>
      call('AWSEvents.PutEvents', {
        Entries: sources.map((Source) => ({ Source, DetailType: 'Issued', Detail: '{}' })),
      });

  it('matches any characters by an asterisk', () => put('scep-connector', 'scep-')());

  it('refuses the request if one of its entries does not match', () =>
    expectDenied(put('scep-connector', 'other')));
});

describe('Null', () => {
  const input = { TableName: 'Rows', Key: { id: buildText('default#1') } };
  const update = (wanted: unknown) =>
    createTableCheck('dynamodb:UpdateItem', { Null: { 'dynamodb:ReturnValues': wanted } });

  it.each(['true', true])('with %s holds only if the key is absent', (wanted) => {
    update(wanted)(formatTarget('UpdateItem'), input);
    const more = { ...input, ReturnValues: 'ALL_NEW' };
    expectDenied(() => update(wanted)(formatTarget('UpdateItem'), more));
  });

  it('with false holds only if the key is present', () => {
    update('false')(formatTarget('UpdateItem'), { ...input, ReturnValues: 'ALL_NEW' });
    expectDenied(() => update('false')(formatTarget('UpdateItem'), input));
  });
});

describe('ForAnyValue', () => {
  it('holds if one of the values matches, and never without a value', () => {
    const condition = {
      'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': 'TransactWriteItems' },
    };
    const call = createTableCheck('dynamodb:PutItem', condition);
    const Put = { TableName: 'Rows', Item: { id: buildText('default#1') } };
    call(formatTarget('TransactWriteItems'), { TransactItems: [{ Put }] });
    expectDenied(() => call(formatTarget('PutItem'), Put));
  });
});

describe('a statement', () => {
  const statement = { Effect: 'Allow', Action: 'dynamodb:GetItem', Resource: tableArn };
  it.each([
    ['the effect Deny', { Effect: 'Deny' }],
    ['the policy element NotAction', { NotAction: 'dynamodb:*' }],
    [
      'the condition operator StringNotEquals',
      { Condition: { StringNotEquals: { 'events:source': 'x' } } },
    ],
    [
      'the condition operator NumericEquals',
      { Condition: { NumericEquals: { 'events:source': '1' } } },
    ],
    [
      'the condition key aws:RequestedRegion',
      { Condition: { StringEquals: { 'aws:RequestedRegion': 'x' } } },
    ],
    [
      `the policy variable in \${aws:username}`,
      { Condition: { StringLike: { 'events:source': `\${aws:username}` } } },
    ],
  ])('is refused for %s', (fault, change) => {
    expect(() => readStatement({ ...statement, ...change })).toThrow(fault);
  });

  it('for a service without an emulator is read without its conditions', () => {
    const Condition = { StringEquals: { 'sts:SigningAlgorithm': 'RS256' } };
    readStatement({ ...statement, Action: 'sts:GetWebIdentityToken', Condition });
  });
});

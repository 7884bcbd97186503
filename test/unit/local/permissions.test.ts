import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/local/emulators/aws-service.ts';
import { createAuthorize } from '../../../lib/local/permissions/authorize.ts';
import type { Role } from '../../../lib/local/permissions/roles.ts';
import { readStatement } from '../../../lib/local/permissions/statement.ts';

const account = '000000000000';
const tableArn = `arn:aws:dynamodb:us-east-1:${account}:table/Rows`;
const authorityArn = `arn:aws:acm-pca:us-east-1:${account}:certificate-authority/one`;
const template = (name: string) => `arn:aws:acm-pca:::template/${name}/V1`;

type Document = Readonly<Record<string, unknown>>;

/** The check for one function, whose role has these statements. */
const authorizeOf = (...statements: readonly Document[]) => {
  const own = statements.map((statement) => readStatement({ Effect: 'Allow', ...statement }));
  const role: Role = {
    logicalId: 'Role',
    arn: `arn:aws:iam::${account}:role/Scep`,
    name: 'Scep',
    statements: own,
    allows: (request) => own.some(({ allows }) => allows(request)),
    trusts: () => true,
  };
  const authorize = createAuthorize({
    callers: new Map([['ASIAFUNCTION', { role, session: 'scep' }]]),
    tables: { Rows: { partitionKey: 'id' } },
    secretArns: { key: `arn:aws:secretsmanager:us-east-1:${account}:secret:key-abcdef` },
  });
  return (target: string, input: Json, accessKeyId = 'ASIAFUNCTION') => {
    const [targetPrefix = '', operation = ''] = target.split('.');
    const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/20260101/us-east-1/x/aws4_request`;
    authorize({ authorization, targetPrefix, operation, input });
  };
};

const dynamoDb = (operation: string) => `DynamoDB_20120810.${operation}`;
const own = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['default#*'] } };
const text = (S: string) => ({ S });

/** The check of a role that may do `action` to the table under this condition. */
const onTable = (action: unknown, Condition?: object) =>
  authorizeOf({ Action: action, Resource: tableArn, ...(Condition && { Condition }) });

const denied = { code: 'AccessDeniedException' };
const expectDenied = (call: () => void) => expect(call).toThrow(expect.objectContaining(denied));

describe('a call without a statement that allows it', () => {
  it('is denied in the words of AWS', () => {
    const call = authorizeOf();
    const input = { TableName: 'Rows', Key: { id: text('default#1') } };
    expect(() => call(dynamoDb('GetItem'), input)).toThrow(
      `User: arn:aws:sts::${account}:assumed-role/Scep/scep is not authorized to perform: dynamodb:GetItem on resource: ${tableArn} because no identity-based policy allows the dynamodb:GetItem action`,
    );
  });

  it('is denied for another action, and for another resource', () => {
    const call = authorizeOf({ Action: 'acm-pca:GetCertificate', Resource: authorityArn });
    const CertificateAuthorityArn = authorityArn;
    call('ACMPrivateCA.GetCertificate', { CertificateAuthorityArn });
    expectDenied(() => call('ACMPrivateCA.RevokeCertificate', { CertificateAuthorityArn }));
    const other = { CertificateAuthorityArn: `${authorityArn}2` };
    expectDenied(() => call('ACMPrivateCA.GetCertificate', other));
  });

  it('is allowed to the operator, whose key is no function', () => {
    authorizeOf()('ACMPrivateCA.GetCertificate', {}, 'AKIAOPERATOR');
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
      const call = authorizeOf({ Action, Resource: '*' });
      call('ACMPrivateCA.GetCertificate', { CertificateAuthorityArn: authorityArn });
    },
  );
});

describe('a secret', () => {
  it('is the same resource by its name and by its ARN', () => {
    const Resource = `arn:aws:secretsmanager:us-east-1:${account}:secret:key-abcdef`;
    const call = authorizeOf({ Action: 'secretsmanager:GetSecretValue', Resource });
    call('secretsmanager.GetSecretValue', { SecretId: 'key' });
    call('secretsmanager.GetSecretValue', { SecretId: Resource });
    expectDenied(() => call('secretsmanager.GetSecretValue', { SecretId: 'other' }));
  });
});

describe('StringEquals', () => {
  const call = authorizeOf({
    Action: 'acm-pca:IssueCertificate',
    Resource: authorityArn,
    Condition: { StringEquals: { 'acm-pca:TemplateArn': [template('One'), template('Two')] } },
  });
  const issue = (TemplateArn?: string) => () =>
    call('ACMPrivateCA.IssueCertificate', {
      CertificateAuthorityArn: authorityArn,
      ...(TemplateArn && { TemplateArn }),
    });

  it('holds for any of its values', () => {
    issue(template('One'))();
    issue(template('Two'))();
  });

  it('does not hold for another value, for a longer one, or for the default template', () => {
    expectDenied(issue(template('Three')));
    expectDenied(issue(`${template('One')}0`));
    expectDenied(issue());
  });

  it('does not hold where the request says nothing, unless it ends in IfExists', () => {
    const put = { TableName: 'Rows', Item: { id: text('default#1') } };
    const values = { 'dynamodb:ReturnValues': 'NONE' };
    expectDenied(() =>
      onTable('dynamodb:PutItem', { StringEquals: values })(dynamoDb('PutItem'), put),
    );
    const ifExists = onTable('dynamodb:PutItem', { StringEqualsIfExists: values });
    ifExists(dynamoDb('PutItem'), put);
    expectDenied(() => ifExists(dynamoDb('PutItem'), { ...put, ReturnValues: 'ALL_OLD' }));
  });
});

describe('StringLike', () => {
  const call = authorizeOf({
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

  it('takes an asterisk for any characters', () => put('scep-connector', 'scep-')());

  it('refuses the request where one of its entries does not match', () =>
    expectDenied(put('scep-connector', 'other')));
});

describe('Null', () => {
  const input = { TableName: 'Rows', Key: { id: text('default#1') } };
  const update = (wanted: unknown) =>
    onTable('dynamodb:UpdateItem', { Null: { 'dynamodb:ReturnValues': wanted } });

  it.each(['true', true])('holds by %s where the key is absent, and only there', (wanted) => {
    update(wanted)(dynamoDb('UpdateItem'), input);
    const more = { ...input, ReturnValues: 'ALL_NEW' };
    expectDenied(() => update(wanted)(dynamoDb('UpdateItem'), more));
  });

  it('holds by false where the key is there, and only there', () => {
    update('false')(dynamoDb('UpdateItem'), { ...input, ReturnValues: 'ALL_NEW' });
    expectDenied(() => update('false')(dynamoDb('UpdateItem'), input));
  });
});

describe('ForAnyValue', () => {
  it('holds if one of the values does, and never without a value', () => {
    const condition = {
      'ForAnyValue:StringEquals': { 'dynamodb:EnclosingOperation': 'TransactWriteItems' },
    };
    const call = onTable('dynamodb:PutItem', condition);
    const Put = { TableName: 'Rows', Item: { id: text('default#1') } };
    call(dynamoDb('TransactWriteItems'), { TransactItems: [{ Put }] });
    expectDenied(() => call(dynamoDb('PutItem'), Put));
  });
});

describe('LeadingKeys', () => {
  const actions = [
    'GetItem',
    'PutItem',
    'UpdateItem',
    'DeleteItem',
    'BatchGetItem',
    'ConditionCheckItem',
  ];
  const call = onTable(
    actions.map((action) => `dynamodb:${action}`),
    own,
  );
  const key = (id: string) => ({ TableName: 'Rows', Key: { id: text(id) } });

  it.each(['GetItem', 'UpdateItem', 'DeleteItem'])('deny %s of another connector', (operation) => {
    call(dynamoDb(operation), key('default#1'));
    expectDenied(() => call(dynamoDb(operation), key('intune#1')));
  });

  it('deny an item of another connector that is put', () => {
    const put = (id: string) => () =>
      call(dynamoDb('PutItem'), { TableName: 'Rows', Item: { id: text(id) } });
    put('default#1')();
    expectDenied(put('intune#1'));
  });

  it('deny a batch with one key of another connector', () => {
    const batch =
      (...ids: readonly string[]) =>
      () =>
        call(dynamoDb('BatchGetItem'), {
          RequestItems: { Rows: { Keys: ids.map((id) => ({ id: text(id) })) } },
        });
    batch('default#1', 'default#2')();
    expectDenied(batch('default#1', 'intune#2'));
  });

  it('deny a transaction with one part of another connector', () => {
    const transact = (id: string) => () =>
      call(dynamoDb('TransactWriteItems'), {
        TransactItems: [
          { Put: { TableName: 'Rows', Item: { id: text('default#1') } } },
          { ConditionCheck: { ...key(id), ConditionExpression: 'attribute_exists(id)' } },
        ],
      });
    transact('default#2')();
    expectDenied(transact('intune#2'));
  });

  it('are refused in a statement on an index, where their meaning is not documented', () => {
    const read = () =>
      authorizeOf({
        Action: 'dynamodb:Query',
        Resource: `${tableArn}/index/due`,
        Condition: { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['default'] } },
      });
    expect(read).toThrow('dynamodb:LeadingKeys of an index');
  });

  it('hold for a Scan, which names none', () => {
    onTable('dynamodb:Scan', own)(dynamoDb('Scan'), { TableName: 'Rows' });
  });
});

describe('a transaction', () => {
  const parts = {
    PutItem: { Put: { TableName: 'Rows', Item: { id: text('1') } } },
    UpdateItem: { Update: { TableName: 'Rows', Key: { id: text('1') } } },
    DeleteItem: { Delete: { TableName: 'Rows', Key: { id: text('1') } } },
    ConditionCheckItem: { ConditionCheck: { TableName: 'Rows', Key: { id: text('1') } } },
  };

  it.each(Object.entries(parts))('needs dynamodb:%s for its part', (action, part) => {
    const others = Object.keys(parts).filter((name) => name !== action);
    const input = { TransactItems: [part] };
    onTable(`dynamodb:${action}`)(dynamoDb('TransactWriteItems'), input);
    const without = onTable([
      ...others.map((name) => `dynamodb:${name}`),
      'dynamodb:TransactWriteItems',
    ]);
    expectDenied(() => without(dynamoDb('TransactWriteItems'), input));
  });
});

describe('dynamodb:Attributes', () => {
  const named = (...names: readonly string[]) => ({
    'ForAllValues:StringEquals': { 'dynamodb:Attributes': names },
  });
  const update = {
    TableName: 'Rows',
    Key: { id: text('default#1') },
    UpdateExpression: 'SET #d = :later, tries = if_not_exists(tries, :none) + :one',
    ConditionExpression: 'attribute_exists(dueAt) AND size(marks[0].by) < :one',
    ExpressionAttributeNames: { '#d': 'dueAt' },
  };

  it('are the key, what is written and what the condition names', () => {
    onTable('dynamodb:UpdateItem', named('id', 'dueAt', 'tries', 'marks'))(
      dynamoDb('UpdateItem'),
      update,
    );
  });

  it.each(['id', 'dueAt', 'tries', 'marks'])('deny a request that also names %s', (missing) => {
    const names = ['id', 'dueAt', 'tries', 'marks'].filter((name) => name !== missing);
    const call = onTable('dynamodb:UpdateItem', named(...names));
    expectDenied(() => call(dynamoDb('UpdateItem'), update));
  });

  it('hold for a read of everything, which only dynamodb:Select denies', () => {
    const get = { TableName: 'Rows', Key: { id: text('default#1') } };
    const some = { ...get, ProjectionExpression: 'dueAt' };
    onTable('dynamodb:GetItem', named('id'))(dynamoDb('GetItem'), get);
    const select = { StringEquals: { 'dynamodb:Select': 'SPECIFIC_ATTRIBUTES' } };
    const call = onTable('dynamodb:GetItem', { ...named('id', 'dueAt'), ...select });
    call(dynamoDb('GetItem'), some);
    expectDenied(() => call(dynamoDb('GetItem'), get));
    expectDenied(() => call(dynamoDb('GetItem'), { ...get, ProjectionExpression: 'sealed' }));
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

  it('of a service that no emulator stands for is read without its conditions', () => {
    const Condition = { StringEquals: { 'sts:SigningAlgorithm': 'RS256' } };
    readStatement({ ...statement, Action: 'sts:GetWebIdentityToken', Condition });
  });
});

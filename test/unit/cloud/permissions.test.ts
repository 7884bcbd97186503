import { Duration } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { ScepService } from '../../../lib/cloud/scep-service.ts';
import { allStatements, functionStatements, rightsOf, type Statement } from './policies.ts';
import { caArn, declareConnector, newStack, synthesizeStack } from './synthesis.ts';

const connector = 'connector-default';
const log = ['logs:CreateLogStream own/Log', 'logs:PutLogEvents own/Log'];
const bus =
  'events:PutEvents arn:AWS::Partition:events:AWS::Region:AWS::AccountId:event-bus/default source(scep-connector)';
const issue = `acm-pca:IssueCertificate ${caArn} TemplateArn(ARN)`;
const read = (secret: string) => `secretsmanager:GetSecretValue ${connector}/${secret}`;
const start = `states:StartExecution ${connector}/Issuance/StateMachine`;
const updatedValues = 'ReturnValues(NONE, UPDATED_OLD, UPDATED_NEW)';

/**
 * What it takes to serve admins. None of it reaches a Grant, a certificate's record or the secret
 * that seals Grants.
 */
/** The connectors of the service. */
const listing =
  'ssm:GetParametersByPath arn:AWS::Partition:ssm:AWS::Region:AWS::AccountId:parameter/scep-connector/Test-Service-Connectors-F2B94C62';

const administering = [
  listing,
  ...log,
  bus,
  'dynamodb:GetItem Tables/Challenges',
  'dynamodb:PutItem Tables/Challenges',
  'dynamodb:UpdateItem Tables/Challenges',
  'dynamodb:Query Tables/Challenges/index/byConnector',
  'dynamodb:Query Tables/Enrolments/index/byDay',
  'dynamodb:Query Tables/Refusals',
  read('Secrets/Lookup'),
  read('Secrets/Admin'),
];

/** Each function's whole rights. A line here is a decision. */
const rights: Record<string, readonly string[]> = {
  [`${connector}/Scep`]: [
    ...log,
    bus,
    start,
    read('Secrets/Lookup'),
    read('Secrets/Issuance'),
    read('Ra/Secret'),
    'dynamodb:BatchGetItem Tables/Challenges LeadingKeys(default#*)',
    'dynamodb:UpdateItem Tables/Challenges LeadingKeys(default#*)',
    'dynamodb:BatchGetItem Tables/Enrolments LeadingKeys(default#enrolment#*)',
    'dynamodb:PutItem Tables/Enrolments LeadingKeys(default#enrolment#*)',
    'dynamodb:GetItem Tables/Enrolments LeadingKeys(default#transaction#*)',
    'dynamodb:PutItem Tables/Enrolments LeadingKeys(default#transaction#*)',
    'dynamodb:BatchGetItem Tables/Certificates LeadingKeys(default#progress#*, #rate-limiter)',
    'dynamodb:GetItem Tables/Envelopes LeadingKeys(default#*)',
    'dynamodb:PutItem Tables/Envelopes LeadingKeys(default#*)',
    'dynamodb:UpdateItem Tables/Envelopes LeadingKeys(default#*)',
    'dynamodb:PutItem Tables/Refusals LeadingKeys(default#*)',
    'dynamodb:UpdateItem Tables/Refusals LeadingKeys(default#*)',
  ],
  [`${connector}/Issuance/Certify`]: [
    ...log,
    bus,
    issue,
    `acm-pca:GetCertificate ${caArn}`,
    read('Secrets/Lookup'),
    read('Secrets/Issuance'),
    'dynamodb:BatchGetItem Tables/Enrolments LeadingKeys(default#enrolment#*)',
    'dynamodb:UpdateItem Tables/Enrolments LeadingKeys(default#enrolment#*)',
    'dynamodb:BatchGetItem Tables/Certificates LeadingKeys(default#progress#*, #rate-limiter)',
    'dynamodb:PutItem Tables/Certificates LeadingKeys(default#progress#*)',
    'dynamodb:UpdateItem Tables/Certificates LeadingKeys(default#progress#*, default#serial#*, #rate-limiter)',
    'dynamodb:UpdateItem Tables/Challenges LeadingKeys(default#*)',
  ],
  [`${connector}/Revocation/Revoke`]: [
    ...log,
    `acm-pca:RevokeCertificate ${caArn}`,
    'dynamodb:Query Tables/Enrolments/index/due',
    'dynamodb:BatchGetItem Tables/Enrolments LeadingKeys(default#enrolment#*)',
    'dynamodb:UpdateItem Tables/Enrolments LeadingKeys(default#enrolment#*)',
    'dynamodb:BatchGetItem Tables/Certificates LeadingKeys(default#serial#*)',
    'dynamodb:UpdateItem Tables/Certificates LeadingKeys(default#serial#*)',
  ],
  [`${connector}/Ra/RotateRa`]: [
    ...log,
    issue,
    `acm-pca:GetCertificate ${caArn}`,
    `acm-pca:GetCertificateAuthorityCertificate ${caArn}`,
    'dynamodb:UpdateItem Tables/Certificates LeadingKeys(#rate-limiter)',
    `secretsmanager:DescribeSecret ${connector}/Ra/Secret`,
    read('Ra/Secret'),
    `secretsmanager:PutSecretValue ${connector}/Ra/Secret`,
    `secretsmanager:UpdateSecretVersionStage ${connector}/Ra/Secret`,
  ],
  [`${connector}/CertificateAuthority/DescribeAuthority`]: [
    ...log,
    `acm-pca:DescribeCertificateAuthority ${caArn}`,
  ],
  [`${connector}/NdesAdmin/MscepAdmin`]: [
    ...log,
    bus,
    `acm-pca:GetCertificateAuthorityCertificate ${caArn}`,
    'dynamodb:PutItem Tables/Challenges LeadingKeys(default#*)',
    read('Secrets/Lookup'),
    read('Secrets/Admin'),
    read('NdesAdmin/Credential'),
  ],
  [`${connector}/ChallengeRotation/RotateChallenge`]: [
    ...log,
    bus,
    'dynamodb:GetItem Tables/Challenges LeadingKeys(default#*)',
    'dynamodb:PutItem Tables/Challenges LeadingKeys(default#*)',
    'dynamodb:UpdateItem Tables/Challenges LeadingKeys(default#*)',
    'dynamodb:Query Tables/Challenges/index/byConnector',
    read('Secrets/Lookup'),
    read('Secrets/Admin'),
  ],
  'Service/AdminApi/Admin': administering,
  // Another way to the same actions.
  'Service/Dashboard/Panel/Panel': administering,
  'Service/Dispatcher/Dispatch': [
    ...log,
    listing,
    start,
    'dynamodb:Query Tables/Enrolments/index/due',
    `dynamodb:UpdateItem Tables/Enrolments Attributes(id, dueAt) ${updatedValues}`,
    'dynamodb:BatchGetItem Tables/Certificates LeadingKeys(*#progress#*)',
    'dynamodb:GetItem Tables/Certificates LeadingKeys(#rate-limiter)',
    'dynamodb:UpdateItem Tables/Certificates LeadingKeys(#dispatcher-lease)',
  ],
  'Service/Finder/FindLost': [
    ...log,
    'cloudtrail:LookupEvents *',
    'dynamodb:Query Tables/Enrolments/index/due',
    `dynamodb:UpdateItem Tables/Enrolments Attributes(id, duePartition, dueAt, searchedAt, candidateArns) ${updatedValues}`,
  ],
};

/** What an Intune connector may do beside that. */
const intuneRights: Record<string, readonly string[]> = {
  [`${connector}/Scep`]: [
    read('Intune/Secret'),
    'dynamodb:GetItem Tables/Enrolments LeadingKeys(default#verdict#*)',
    'dynamodb:UpdateItem Tables/Enrolments LeadingKeys(default#verdict#*)',
  ],
  [`${connector}/Issuance/Certify`]: [read('Intune/Secret')],
  [`${connector}/Revocation/Revoke`]: [
    read('Intune/Secret'),
    'dynamodb:GetItem Tables/Enrolments LeadingKeys(default#revocation#*)',
    'dynamodb:UpdateItem Tables/Enrolments LeadingKeys(default#revocation#*)',
    'dynamodb:GetItem Tables/Certificates LeadingKeys(default#serial#*)',
  ],
};

/** Intune judges its own challenges, so nothing that issues uses ours. */
const rightsWithoutChallenges = (name: string): readonly string[] =>
  (rights[name] ?? []).filter((line) => !line.includes(' Tables/Challenges '));

/** Log delivery has no resources that a policy could name. */
const deliveryActions = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
];

let template: Template;
let functions: Record<string, readonly Statement[]>;

beforeAll(() => {
  const stack = newStack();
  const challengeRotation = {
    name: 'fleet',
    interval: Duration.days(30),
    overlap: Duration.days(7),
  };
  declareConnector(stack, { ndesAdminPage: true, challengeRotation });
  template = synthesizeStack(stack);
  functions = functionStatements(template);
});

const sorted = (values: Record<string, readonly string[]>) =>
  Object.fromEntries(Object.entries(values).map(([name, lines]) => [name, unique(lines)]));

describe('a role', () => {
  it('may do what its function does, and nothing more', () => {
    expect(rightsOf(template)).toEqual(sorted(rights));
  });

  it('of an Intune connector may authenticate to Entra ID and keep the journal of revocations besides', () => {
    const stack = newStack();
    const intune = {
      tenantId: '11111111-2222-4333-8444-555555555555',
      applicationId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
      authentication: 'clientSecret',
    } as const;
    declareConnector(stack, { intune });
    const actual = rightsOf(synthesizeStack(stack));
    for (const name of Object.keys(intuneRights))
      expect([name, actual[name]]).toEqual([
        name,
        unique([...rightsWithoutChallenges(name), ...(intuneRights[name] ?? [])]),
      ]);
    const others = Object.keys(actual).filter((name) => intuneRights[name] === undefined);
    for (const name of others) expect(actual[name]).toEqual(unique(rights[name] ?? []));
  });

  it('is made of our own statements, never of an AWS managed policy', () => {
    for (const role of Object.values(template.findResources('AWS::IAM::Role'))) {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
      expect(role.Properties.Policies).toBeUndefined();
    }
  });

  it('is assumed by Lambda, or by Step Functions for a state machine of the account', () => {
    const ofAccount = ['arn:', { Ref: 'AWS::Partition' }, ':states:', { Ref: 'AWS::Region' }, ':'];
    const machines = [...ofAccount, { Ref: 'AWS::AccountId' }, ':stateMachine:*'];
    const trusted = Object.values(template.findResources('AWS::IAM::Role')).map(
      ({ Properties }) => Properties.AssumeRolePolicyDocument.Statement,
    );
    const statement = { Action: 'sts:AssumeRole', Effect: 'Allow' };
    const byLambda = [{ ...statement, Principal: { Service: 'lambda.amazonaws.com' } }];
    expect(trusted.filter((each) => JSON.stringify(each) !== JSON.stringify(byLambda))).toEqual([
      [
        {
          ...statement,
          Principal: { Service: 'states.amazonaws.com' },
          Condition: {
            StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
            ArnLike: { 'aws:SourceArn': { 'Fn::Join': ['', machines] } },
          },
        },
      ],
    ]);
  });
});

describe('a statement', () => {
  it('names its actions', () => {
    const actions = allStatements(template).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('names its resources, except for log delivery and the event history of the account', () => {
    const wild = allStatements(template).filter(({ Resource }) =>
      JSON.stringify(Resource).includes('*'),
    );
    expect(wild.map(({ Action }) => Action)).toEqual([
      ['cloudtrail:LookupEvents'],
      deliveryActions,
    ]);
  });

  it('allows; no other statement is denied again', () => {
    expect(unique(allStatements(template).map(({ Effect }) => Effect))).toEqual(['Allow']);
  });

  it('holds for every key and every attribute of a request, because DynamoDB has lists of both', () => {
    const operators = allStatements(template)
      .flatMap(({ Condition = {} }) => Object.entries(Condition))
      .flatMap(([operator, keys]) => Object.keys(keys).map((key) => `${operator} ${key}`));
    expect(unique(operators)).toEqual([
      'ForAllValues:StringEquals dynamodb:Attributes',
      'ForAllValues:StringLike dynamodb:LeadingKeys',
      'StringEquals acm-pca:TemplateArn',
      'StringEquals events:source',
      'StringEqualsIfExists dynamodb:ReturnValues',
    ]);
  });
});

describe('the certificate authority', () => {
  it('issues by one template, for two functions', () => {
    const issuing = Object.entries(functions).flatMap(([name, statements]) =>
      statements
        .filter(({ Action }) => Action.includes('acm-pca:IssueCertificate'))
        .map((statement) => ({ name, ...statement })),
    );
    expect(unique(issuing.map(({ name }) => name))).toEqual([
      `${connector}/Issuance/Certify`,
      `${connector}/Ra/RotateRa`,
    ]);
    for (const { Action, Resource, Condition } of issuing) {
      expect(Action).toEqual(['acm-pca:IssueCertificate']);
      expect(Resource).toEqual([caArn]);
      expect(Condition).toEqual({
        StringEquals: {
          'acm-pca:TemplateArn': {
            'Fn::Join': [
              '',
              [
                'arn:',
                { Ref: 'AWS::Partition' },
                ':acm-pca:::template/BlankEndEntityCertificate_APIPassthrough/V1',
              ],
            ],
          },
        },
      });
    }
  });

  it('is one for the whole connector', () => {
    const calling = allStatements(template).filter(({ Action }) => /^acm-pca:/.test(Action.join()));
    expect(unique(calling.flatMap(({ Resource }) => Resource))).toEqual([caArn]);
  });
});

/** The functions whose rights match. */
const functionsWith = (pattern: RegExp): readonly string[] =>
  Object.entries(rightsOf(template))
    .filter(([, lines]) => lines.some((line) => pattern.test(line)))
    .map(([name]) => name)
    .toSorted();

describe('a secret', () => {
  it('that seals Grants is read by the scep function and Certify alone', () => {
    expect(functionsWith(/Secrets\/Issuance/)).toEqual([
      `${connector}/Issuance/Certify`,
      `${connector}/Scep`,
    ]);
  });

  it('that seals passwords is read by the functions that administer alone', () => {
    expect(functionsWith(/Secrets\/Admin/)).toEqual([
      'Service/AdminApi/Admin',
      'Service/Dashboard/Panel/Panel',
      `${connector}/ChallengeRotation/RotateChallenge`,
      `${connector}/NdesAdmin/MscepAdmin`,
    ]);
  });
});

describe('a table', () => {
  it('shows a connector’s functions its own items, the queue of the service, and indexes', () => {
    const ofConnector = Object.entries(functions).filter(([name]) => name.startsWith(connector));
    const statements = ofConnector
      .flatMap(([, each]) => each)
      .filter((each) => usesItems(each) && !each.Action.includes('dynamodb:Query'));
    const keys = statements.flatMap(
      ({ Condition }) => Condition?.['ForAllValues:StringLike']?.['dynamodb:LeadingKeys'],
    );
    expect(keys.length).toBeGreaterThan(statements.length);
    for (const key of keys) expect(key).toMatch(/^(default(#.*)?|#rate-limiter)$/);
  });

  it('of certificates is written by Certify, and by Revoke where a certificate is revoked', () => {
    const written = /dynamodb:(PutItem|UpdateItem) Tables\/Certificates/;
    expect(functionsWith(new RegExp(`${written.source}.*#progress#`))).toEqual([
      `${connector}/Issuance/Certify`,
    ]);
    expect(functionsWith(new RegExp(`${written.source}.*#serial#`))).toEqual([
      `${connector}/Issuance/Certify`,
      `${connector}/Revocation/Revoke`,
    ]);
    expect(functionsWith(written)).not.toContain(`${connector}/Scep`);
  });

  it('of envelopes is used by the scep function alone', () => {
    expect(functionsWith(/Tables\/Envelopes/)).toEqual([`${connector}/Scep`]);
  });

  it('of refusals is written by the scep function, which cannot read it', () => {
    expect(functionsWith(/(PutItem|UpdateItem) Tables\/Refusals/)).toEqual([`${connector}/Scep`]);
    expect(functionsWith(/(Query|GetItem) Tables\/Refusals/)).toEqual([
      'Service/AdminApi/Admin',
      'Service/Dashboard/Panel/Panel',
    ]);
  });
});

describe('an execution', () => {
  it('is started by the scep function and the dispatcher, of declared state machines', () => {
    expect(functionsWith(/states:/)).toEqual(['Service/Dispatcher/Dispatch', `${connector}/Scep`]);
    const stack = newStack();
    const service = new ScepService(stack, 'Service');
    for (const connectorId of ['a', 'b']) declareConnector(stack, { service, connectorId });
    const starting = rightsOf(synthesizeStack(stack))['Service/Dispatcher/Dispatch'];
    expect(starting?.filter((line) => line.startsWith('states:'))).toEqual([
      'states:StartExecution connector-a/Issuance/StateMachine',
      'states:StartExecution connector-b/Issuance/StateMachine',
    ]);
  });

  it('may invoke Certify, and nothing else', () => {
    const invoking = allStatements(template).filter(({ Action }) => /^lambda:/.test(Action.join()));
    expect(invoking.map(({ Action, Resource }) => [Action, Resource])).toEqual([
      [
        ['lambda:InvokeFunction'],
        [{ 'Fn::GetAtt': [expect.stringContaining('IssuanceCertifyFunction'), 'Arn'] }],
      ],
    ]);
  });
});

function usesItems({ Action }: Statement): boolean {
  return Action.some((action) => action.startsWith('dynamodb:'));
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)].sort();
}

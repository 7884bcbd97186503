import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { allStatements, functionStatements, type Statement } from './policies.ts';
import { caArn, declareConnector, newStack } from './synthesis.ts';

const connector = 'connector-default';
const ownLog = ['logs:CreateLogStream', 'logs:PutLogEvents'];
const readSecret = 'secretsmanager:GetSecretValue';

/** What it takes to serve admins. */
const administering = [
  ...ownLog,
  'dynamodb:GetItem',
  'dynamodb:PutItem',
  'dynamodb:Query',
  'dynamodb:UpdateItem',
  'events:PutEvents',
  readSecret,
];

/** Each function's whole rights. A line here is a decision. */
const rights: Record<string, readonly string[]> = {
  [`${connector}/Scep`]: [
    ...ownLog,
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'events:PutEvents',
    readSecret,
    'states:StartExecution',
  ],
  [`${connector}/Issuance/Tasks/Issue`]: [
    ...ownLog,
    'acm-pca:IssueCertificate',
    'dynamodb:GetItem',
    'dynamodb:UpdateItem',
    readSecret,
  ],
  [`${connector}/Issuance/Tasks/Collect`]: [...ownLog, 'acm-pca:GetCertificate'],
  [`${connector}/Issuance/Tasks/Find`]: [
    ...ownLog,
    'cloudtrail:LookupEvents',
    'dynamodb:GetItem',
    'dynamodb:UpdateItem',
  ],
  [`${connector}/Issuance/Tasks/Lint`]: [
    ...ownLog,
    'acm-pca:RevokeCertificate',
    'dynamodb:GetItem',
    readSecret,
  ],
  [`${connector}/Issuance/Tasks/Settle`]: [
    ...ownLog,
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:UpdateItem',
    'events:PutEvents',
    readSecret,
  ],
  [`${connector}/Reconciliation/Reconcile`]: [
    ...ownLog,
    'dynamodb:Query',
    'dynamodb:UpdateItem',
    'states:StartExecution',
  ],
  [`${connector}/Ra/RotateRa`]: [
    ...ownLog,
    'acm-pca:GetCertificate',
    'acm-pca:GetCertificateAuthorityCertificate',
    'acm-pca:IssueCertificate',
    'secretsmanager:DescribeSecret',
    readSecret,
    'secretsmanager:PutSecretValue',
    'secretsmanager:UpdateSecretVersionStage',
  ],
  [`${connector}/NdesAdmin/MscepAdmin`]: [
    ...ownLog,
    'acm-pca:GetCertificateAuthorityCertificate',
    'dynamodb:PutItem',
    'events:PutEvents',
    readSecret,
  ],
  'Service/AdminApi/Admin': administering,
  // It is another way to the same acts.
  'Service/Dashboard/Panel/Panel': administering,
};

/** Neither service has resources that a policy could name. */
const namelessActions = [
  'logs:CreateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:DescribeLogGroups',
  'logs:DescribeResourcePolicies',
  'logs:GetLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:UpdateLogDelivery',
  'xray:GetSamplingRules',
  'xray:GetSamplingTargets',
  'xray:PutTelemetryRecords',
  'xray:PutTraceSegments',
];

let template: Template;
let functions: Record<string, readonly Statement[]>;

beforeAll(() => {
  const stack = newStack();
  declareConnector(stack, { ndesAdminPage: true });
  template = Template.fromStack(stack);
  functions = functionStatements(template);
});

describe('a role', () => {
  it('may do what its function does, and nothing more', () => {
    const actual = Object.entries(functions).map(
      ([name, statements]) => [name, unique(statements.flatMap(({ Action }) => Action))] as const,
    );
    const expected = Object.entries(rights).map(([name, actions]) => [name, unique(actions)]);
    expect(Object.fromEntries(actual)).toEqual(Object.fromEntries(expected));
  });

  it('is made of our own statements, never of an AWS managed policy', () => {
    for (const role of Object.values(template.findResources('AWS::IAM::Role'))) {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
      expect(role.Properties.Policies).toBeUndefined();
    }
  });

  it('is assumed by one service only', () => {
    for (const role of Object.values(template.findResources('AWS::IAM::Role'))) {
      expect(role.Properties.AssumeRolePolicyDocument.Statement).toEqual([
        {
          Action: 'sts:AssumeRole',
          Effect: 'Allow',
          Principal: { Service: expect.stringMatching(/^(lambda|states)\.amazonaws\.com$/) },
        },
      ]);
    }
  });
});

describe('a statement', () => {
  it('names its actions', () => {
    const actions = allStatements(template).flatMap(({ Action }) => Action);
    expect(actions.filter((action) => action.includes('*'))).toEqual([]);
  });

  it('names its resources, but for the state machine’s log and traces and the account’s event history', () => {
    const wild = allStatements(template).filter(({ Resource }) =>
      JSON.stringify(Resource).includes('*'),
    );
    expect(wild.map(({ Action }) => Action)).toEqual([
      ['cloudtrail:LookupEvents'],
      namelessActions,
    ]);
  });

  it('allows; nothing is denied that another would allow', () => {
    expect(unique(allStatements(template).map(({ Effect }) => Effect))).toEqual(['Allow']);
  });
});

describe('the certificate authority', () => {
  it('is asked for certificates by two functions, by one template', () => {
    const issuing = Object.entries(functions).flatMap(([name, statements]) =>
      statements
        .filter(({ Action }) => Action.includes('acm-pca:IssueCertificate'))
        .map((statement) => ({ name, ...statement })),
    );
    expect(unique(issuing.map(({ name }) => name))).toEqual([
      `${connector}/Issuance/Tasks/Issue`,
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
    const asking = allStatements(template).filter(({ Action }) => /^acm-pca:/.test(Action.join()));
    expect(unique(asking.flatMap(({ Resource }) => Resource))).toEqual([caArn]);
  });
});

describe('the ledger', () => {
  it('shows a connector’s functions its own items only', () => {
    const ofConnector = Object.entries(functions).filter(([name]) => name.startsWith(connector));
    const statements = ofConnector.flatMap(([, each]) => each).filter(usesItems);
    expect(statements.length).toBeGreaterThan(0);
    for (const { Action, Condition } of statements) {
      // The key of the index of who is not settled is the connector's id itself.
      const own = Action.includes('dynamodb:Query')
        ? { 'ForAllValues:StringEquals': { 'dynamodb:LeadingKeys': ['default'] } }
        : { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['default#*'] } };
      expect(Condition).toEqual(own);
    }
  });

  it('lets the scep function alone count envelopes, and mark them, and never take one away', () => {
    const tables = Object.keys(template.findResources('AWS::DynamoDB::Table'));
    const envelopes = tables.find((id) => id.includes('Envelopes'));
    const statements = Object.entries(functions).flatMap(([name, each]) =>
      each
        .filter(({ Resource }) => JSON.stringify(Resource).includes(envelopes ?? 'no table'))
        .map(({ Action }) => [name, Action]),
    );
    expect(statements).toEqual([
      [`${connector}/Scep`, ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem']],
    ]);
  });

  it('is closed to the admin function, but for the challenges and reading the history', () => {
    const statements = functions['Service/AdminApi/Admin']?.filter(usesItems) ?? [];
    const may = statements.map(({ Action, Resource }) => [Action, JSON.stringify(Resource)]);
    expect(may).toEqual([
      [
        ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem'],
        expect.stringMatching(/^\[\{"Fn::GetAtt":\["ServiceLedgerChallenges\w+","Arn"\]\}\]$/),
      ],
      [
        ['dynamodb:Query'],
        expect.stringMatching(
          /^\[\{"Fn::GetAtt":\["ServiceLedgerHistory\w+","Arn"\]\},[^,]*,\[[^,]*,?\[?\{"Fn::GetAtt":\["ServiceLedgerChallenges\w+","Arn"\]\},"\/index\/byConnector"\]\]\}\]$/,
        ),
      ],
    ]);
  });

  it('lets nobody but settle and the device function record endings, and neither of them read any', () => {
    const recording = Object.entries(functions).filter(([, statements]) =>
      statements.some(({ Resource }) => JSON.stringify(Resource).includes('LedgerHistory')),
    );
    expect(recording.map(([name]) => name).sort()).toEqual([
      'Service/AdminApi/Admin',
      'Service/Dashboard/Panel/Panel',
      `${connector}/Issuance/Tasks/Settle`,
      `${connector}/Scep`,
    ]);
  });
});

describe('events', () => {
  it('are put on the default bus, in our own name', () => {
    const telling = allStatements(template).filter(({ Action }) =>
      Action.includes('events:PutEvents'),
    );
    expect(telling).toHaveLength(5);
    for (const { Resource, Condition } of telling) {
      expect(JSON.stringify(Resource)).toMatch(/:event-bus\/default"\]\]\}\]$/);
      expect(Condition).toEqual({ StringEquals: { 'events:source': 'scep-connector' } });
    }
  });
});

function usesItems({ Action }: Statement): boolean {
  return Action.some((action) => action.startsWith('dynamodb:'));
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)].sort();
}

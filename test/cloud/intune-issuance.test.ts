import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { IntuneDeclaration } from '../../lib/cloud/declared-intune.ts';
import { allStatements, functionStatements, pathOf } from './policies.ts';
import { declareConnector, newStack } from './synthesis.ts';

const declared: IntuneDeclaration = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  applicationId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  authentication: 'clientSecret',
};

/** A stack with one Intune connector. */
const templateWith = (intune: Partial<IntuneDeclaration> = {}): Template => {
  const stack = newStack();
  declareConnector(stack, { intune: { ...declared, ...intune } });
  return Template.fromStack(stack);
};

describe('the state machine of an Intune connector', () => {
  const template = templateWith();
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  const parts: unknown[] = machine?.Properties.DefinitionString['Fn::Join'][1];
  const states = JSON.parse(
    parts.map((part) => (typeof part === 'string' ? part : 'arn')).join(''),
  ).States;

  it('tells Intune between lint and settle', () => {
    expect(states.Lint.Next).toBe('Notify');
    expect(states.Notify.Next).toBe('Settle');
  });

  it.each(['Issue', 'Collect', 'Find', 'Lint'])('tells Intune what %s refuses', (name) => {
    expect(states[name].Catch[0]).toEqual({
      ErrorEquals: ['CertificateRefused', 'CertificateMismatch', 'CertificateLost'],
      ResultPath: '$.error',
      Next: 'Notify',
    });
  });

  it('has no other way to Settle', () => {
    const ways = Object.entries<{
      readonly Next?: string;
      readonly Catch?: readonly { Next: string }[];
    }>(states)
      .filter(([, { Next, Catch = [] }]) =>
        [Next, ...Catch.map((one) => one.Next)].includes('Settle'),
      )
      .map(([name]) => name);
    expect(ways).toEqual(['Notify']);
    expect(JSON.stringify(states).match(/"Settle"/g)).toHaveLength(2);
  });

  it('waits for an Intune that is out, and then fails, to be run again', () => {
    expect(states.Notify).not.toHaveProperty('Catch');
    expect(states.Notify.Retry.at(-1)).toMatchObject({
      ErrorEquals: ['States.ALL'],
      MaxAttempts: 20,
      MaxDelaySeconds: 300,
    });
  });
});

describe('the functions of an Intune connector', () => {
  const template = templateWith({ authentication: 'federated' });
  const actions = Object.entries(functionStatements(template))
    .filter(([name]) => /Notify|Scep/.test(name))
    .map(([name, statements]) => [
      name.replace('connector-default/', ''),
      statements.flatMap(({ Action }) => Action).toSorted(),
    ]);

  it('may, beyond what others may, assume the role that Entra trusts; one tells Intune and may revoke', () => {
    const shared = ['logs:CreateLogStream', 'logs:PutLogEvents'];
    const read = 'secretsmanager:GetSecretValue';
    expect(Object.fromEntries(actions)['Issuance/Tasks/Notify']).toEqual([
      'acm-pca:RevokeCertificate',
      'dynamodb:GetItem',
      'dynamodb:UpdateItem',
      ...shared,
      read,
      'sts:AssumeRole',
    ]);
    expect(Object.fromEntries(actions).Scep).toContain('sts:AssumeRole');
    expect(Object.fromEntries(actions).Scep).not.toContain('acm-pca:RevokeCertificate');
  });

  it('name the role they assume', () => {
    for (const { Action, Resource } of allStatements(template))
      if (Action.includes('sts:AssumeRole'))
        expect(Resource).toEqual([{ 'Fn::GetAtt': [expect.stringMatching(/Identity/), 'Arn'] }]);
  });

  it('tell Intune of three seconds’ certificates at once', () => {
    const [notify] = Object.values(template.findResources('AWS::Lambda::Function')).filter((each) =>
      pathOf(each).endsWith('/Notify/Function'),
    );
    expect(notify?.Properties.ReservedConcurrentExecutions).toBe(75);
  });

  it('read the one secret, where there is one', () => {
    const withSecret = templateWith();
    const [id] = Object.entries(withSecret.findResources('AWS::SecretsManager::Secret'))
      .filter(([, each]) => pathOf(each).endsWith('/Intune/Secret'))
      .map(([each]) => each);
    const readers = Object.entries(functionStatements(withSecret))
      .filter(([, each]) =>
        each.some(({ Resource }) => JSON.stringify(Resource).includes(`"${id}"`)),
      )
      .map(([name]) => name.split('/').at(-1));
    expect(readers.toSorted()).toEqual(expect.arrayContaining(['Notify', 'Scep']));
    expect(readers).not.toContain('Issue');
    expect(readers).not.toContain('Settle');
  });
});

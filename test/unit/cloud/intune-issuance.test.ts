import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import type { IntuneDeclaration } from '../../../lib/cloud/declared-intune.ts';
import { allStatements, functionStatements, pathOf } from './policies.ts';
import { declareConnector, newStack, synthesizeStack } from './synthesis.ts';

const declared: IntuneDeclaration = {
  tenantId: '11111111-2222-4333-8444-555555555555',
  applicationId: '66666666-7777-4888-8999-aaaaaaaaaaaa',
  authentication: 'clientSecret',
};

/** A stack with one Intune connector. */
const templateWith = (intune: Partial<IntuneDeclaration> = {}): Template => {
  const stack = newStack();
  declareConnector(stack, { intune: { ...declared, ...intune } });
  return synthesizeStack(stack);
};

describe('the state machine of an Intune connector', () => {
  it('is that of any other: Certify notifies Intune before a certificate is handed out', () => {
    const definitionOf = (template: Template) => {
      const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
      return machine?.Properties.DefinitionString;
    };
    const stack = newStack();
    declareConnector(stack);
    expect(definitionOf(templateWith())).toEqual(definitionOf(synthesizeStack(stack)));
  });
});

describe('the functions of an Intune connector', () => {
  const template = templateWith({ authentication: 'federated' });
  const withRight = (action: string) =>
    Object.entries(functionStatements(template))
      .filter(([, statements]) => statements.some(({ Action }) => Action.includes(action)))
      .map(([name]) => name.split('/').at(-1))
      .toSorted();

  it('assume the role that Entra trusts where they call Microsoft', () => {
    expect(withRight('sts:AssumeRole')).toEqual(['Certify', 'Revoke', 'Scep']);
  });

  it('leave revoking to Revoke', () => {
    expect(withRight('acm-pca:RevokeCertificate')).toEqual(['Revoke']);
  });

  it('name the role they assume', () => {
    for (const { Action, Resource } of allStatements(template))
      if (Action.includes('sts:AssumeRole'))
        expect(Resource).toEqual([{ 'Fn::GetAtt': [expect.stringMatching(/Identity/), 'Arn'] }]);
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
    expect(readers.toSorted()).toEqual(['Certify', 'Revoke', 'Scep']);
  });
});

/** What an app gets from the package: its exports, its grants, and connectors of other apps. */
import { CfnResource } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { ArnPrincipal, User } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { describe, expect, it } from 'vitest';
import * as api from '../../../lib/index.ts';
import { declareConnector, newStack } from './synthesis.ts';

it('exports the constructs and the error of a refused declaration, and nothing else', () => {
  expect(Object.keys(api).sort()).toEqual([
    'DeclarationError',
    'ScepConnector',
    'ScepService',
    'ShortLivedRootAuthority',
  ]);
});

/** The statements of the policy of a user who was granted something. */
function statementsAfter(grant: (service: api.ScepService, user: User) => unknown): unknown {
  const stack = newStack();
  const service = new api.ScepService(stack, 'Service');
  const user = new User(stack, 'User');
  grant(service, user);
  const policies = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'));
  const own = policies.find(({ Properties }) => Properties.Users !== undefined);
  return own?.Properties.PolicyDocument.Statement;
}

describe('a service', () => {
  it('grants its admin API, and no other API', () => {
    const statements = statementsAfter((service, user) => service.grantAdministration(user));
    expect(statements).toMatchObject([{ Action: 'execute-api:Invoke', Effect: 'Allow' }]);
    expect(JSON.stringify(statements)).toMatch(/"Ref":"ServiceAdminApi[0-9A-F]{8}"/);
    expect(JSON.stringify(statements)).not.toContain('DeviceApi');
  });

  it('grants its console panel', () => {
    const statements = statementsAfter((service, user) => service.grantConsolePanel(user));
    expect(statements).toMatchObject([{ Action: 'lambda:InvokeFunction', Effect: 'Allow' }]);
    expect(JSON.stringify(statements)).toContain('ServiceDashboardPanel');
  });

  it('refuses to grant a panel that it has not', () => {
    const service = new api.ScepService(newStack(), 'Service', { hasDashboard: false });
    const grantee = new ArnPrincipal('arn:aws:iam::111122223333:user/any');
    expect(() => service.grantConsolePanel(grantee)).toThrow(
      expect.objectContaining({ code: 'noDashboard' }),
    );
  });
});

describe('a connector', () => {
  it('gives the secret of its mscep_admin page, if it has one', () => {
    const connector = declareConnector(newStack(), { ndesAdminPage: true });
    expect(connector.ndesAdminSecret?.secretArn).toBeDefined();
    expect(declareConnector(newStack()).ndesAdminSecret).toBeUndefined();
  });

  it('of another app is a construct that makes nothing', () => {
    const stack = newStack();
    const attributes = { connectorId: 'laptops', url: 'https://example.com/scep/laptops' };
    const imported = api.ScepConnector.fromScepConnectorAttributes(stack, 'Other', attributes);
    expect(imported).toMatchObject(attributes);
    expect(imported).toBeInstanceOf(Construct);
    expect(stack.node.findAll().filter((each) => each instanceof CfnResource)).toEqual([]);
  });
});

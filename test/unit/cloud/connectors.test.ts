import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { beforeAll, describe, expect, it } from 'vitest';
import { environment } from '../../../lambda/config/environment.ts';
import { importCertificateAuthority } from '../../../lib/cloud/certificate-authority.ts';
import { ScepService } from '../../../lib/cloud/scep-service.ts';
import { functionStatements, pathOf, type Resource } from './policies.ts';
import { arnOfAuthority, declareConnector, newStack } from './synthesis.ts';

const authorityOf = (digit: string) => importCertificateAuthority(arnOfAuthority(digit));

describe('two connectors of one service', () => {
  let template: Template;

  beforeAll(() => {
    const stack = newStack();
    const service = new ScepService(stack, 'Service');
    const certificateAuthority = authorityOf('2');
    declareConnector(stack, { service, connectorId: 'staff' });
    declareConnector(stack, { service, connectorId: 'printers', certificateAuthority });
    template = Template.fromStack(stack);
  });

  it.each([
    ['staff', 'printers', '2'],
    ['printers', 'staff', '1'],
  ])('keep %s away from the secrets, items, tasks and CA of %s', (one, other, digit) => {
    const rights = Object.entries(functionStatements(template)).filter(([name]) =>
      name.startsWith(`connector-${one}/`),
    );
    expect(rights).toHaveLength(5);
    const text = JSON.stringify(rights);
    const ofOther = Object.entries<Resource>(template.toJSON().Resources)
      .filter(([, each]) => pathOf(each).startsWith(`connector-${other}/`))
      .map(([logicalId]) => logicalId);
    expect(ofOther.length).toBeGreaterThan(20);
    expect(ofOther.filter((logicalId) => text.includes(`"${logicalId}"`))).toEqual([]);
    expect(text).not.toContain(`${other}#`);
    expect(text).not.toContain(arnOfAuthority(digit));
  });

  it('are both known to the admin function', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    const admin = functions.find((each) => pathOf(each).startsWith('Service/AdminApi/'));
    const parts = admin?.Properties.Environment.Variables[environment.connectors]['Fn::Join'][1];
    const text = parts.map((part: unknown) => (typeof part === 'string' ? part : 'x')).join('');
    expect(JSON.parse(text)).toMatchObject([
      { connectorId: 'staff', certificateAuthorityArn: arnOfAuthority('1') },
      { connectorId: 'printers', certificateAuthorityArn: arnOfAuthority('2') },
    ]);
  });
});

describe('a connector', () => {
  it('adds 59 resources to its stack, so that CloudFormation’s 500 hold several', () => {
    const resources = (...connectorIds: readonly string[]): number => {
      const stack = newStack();
      const service = new ScepService(stack, 'Service');
      for (const connectorId of connectorIds) declareConnector(stack, { service, connectorId });
      return Object.keys(Template.fromStack(stack).toJSON().Resources).length;
    };
    expect(resources('a', 'b') - resources('a')).toBe(59);
  });
});

describe('a service', () => {
  it('refuses a second connector of the same id', () => {
    const { stack, service } = serviceWith('staff');
    expect(() =>
      declareConnector(new Construct(stack, 'Elsewhere'), { service, connectorId: 'staff' }),
    ).toThrow(expect.objectContaining({ code: 'duplicateConnectorId' }));
  });

  it('refuses a second owner of the root path', () => {
    const { stack, service } = serviceWith('staff', { ownsRootPath: true });
    expect(() =>
      declareConnector(stack, { service, connectorId: 'printers', ownsRootPath: true }),
    ).toThrow(expect.objectContaining({ code: 'rootPathTaken' }));
  });

  it('refuses a connector of another stack', () => {
    const { stack, service } = serviceWith('staff');
    expect(() =>
      declareConnector(new Stack(stack.node.root, 'Other'), { service, connectorId: 'printers' }),
    ).toThrow(expect.objectContaining({ code: 'otherStack' }));
  });

  it('refuses a seventh connector', () => {
    const ids = ['b', 'c', 'd', 'e', 'f'];
    const { stack, service } = serviceWith('a');
    for (const connectorId of ids) declareConnector(stack, { service, connectorId });
    expect(() => declareConnector(stack, { service, connectorId: 'k' })).toThrow(
      expect.objectContaining({ code: 'tooManyConnectors' }),
    );
  });

  function serviceWith(connectorId: string, props: { readonly ownsRootPath?: boolean } = {}) {
    const stack = newStack();
    const service = new ScepService(stack, 'Service');
    declareConnector(stack, { service, connectorId, ...props });
    return { stack, service };
  }
});

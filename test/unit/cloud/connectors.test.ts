import { Stack } from 'aws-cdk-lib';
import type { Template } from 'aws-cdk-lib/assertions';
import { Construct } from 'constructs';
import { beforeAll, describe, expect, it } from 'vitest';
import { environment } from '../../../lambda/config/environment.ts';
import { ScepService } from '../../../lib/cloud/scep-service.ts';
import { functionStatements, pathOf, type Resource } from './policies.ts';
import {
  arnOfAuthority,
  declareConnector,
  importedAuthority,
  newStack,
  synthesizeStack,
} from './synthesis.ts';

describe('two connectors of one service', () => {
  let template: Template;

  beforeAll(() => {
    const stack = newStack();
    const service = new ScepService(stack, 'Service');
    const certificateAuthority = importedAuthority(stack, arnOfAuthority('2'));
    declareConnector(stack, { service, connectorId: 'staff' });
    declareConnector(stack, { service, connectorId: 'printers', certificateAuthority });
    template = synthesizeStack(stack);
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

  it('are both in the directory that the functions of the service read', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    const paths = functions.flatMap(
      ({ Properties }) => Properties.Environment.Variables[environment.connectorDirectory] ?? [],
    );
    expect(paths).toHaveLength(3);
    const [path] = paths;
    expect(new Set(paths).size).toBe(1);
    const entries = Object.values(template.findResources('AWS::SSM::Parameter')).map(
      ({ Properties: { Name, Value } }) => {
        const parts = Value['Fn::Join'][1];
        const text = parts.map((part: unknown) => (typeof part === 'string' ? part : 'x')).join('');
        return [Name, JSON.parse(text)];
      },
    );
    const stateMachineArn = expect.any(String);
    expect(Object.fromEntries(entries)).toMatchObject({
      [`${path}/staff`]: { certificateAuthorityArn: arnOfAuthority('1'), stateMachineArn },
      [`${path}/printers`]: { certificateAuthorityArn: arnOfAuthority('2'), stateMachineArn },
    });
  });
});

describe('a connector', () => {
  it('keeps its nested stack and its secrets when its construct moves or is renamed', () => {
    const idsIn = (place: string): readonly string[] => {
      const stack = newStack();
      const service = new ScepService(stack, `${place}Service`);
      const connectorId = 'staff';
      declareConnector(new Construct(stack, place), { service, connectorId, ndesAdminPage: true });
      const { Resources } = synthesizeStack(stack).toJSON();
      return Object.entries<Resource>(Resources)
        .filter(([, { Type }]) => /^AWS::(DynamoDB::Table|SecretsManager::Secret)$/.test(Type))
        .map(([logicalId]) => logicalId);
    };
    expect(idsIn('Somewhere')).toEqual(idsIn('Elsewhere'));
    expect(idsIn('Somewhere')).toHaveLength(5 + 5);
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

  function serviceWith(connectorId: string, props: { readonly ownsRootPath?: boolean } = {}) {
    const stack = newStack();
    const service = new ScepService(stack, 'Service');
    declareConnector(stack, { service, connectorId, ...props });
    return { stack, service };
  }
});

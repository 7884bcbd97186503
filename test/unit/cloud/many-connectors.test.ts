/**
 * Fifty connectors in one service, within the limits of CloudFormation, IAM, Lambda and API
 * Gateway.
 */
import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { countDeviceRoutes } from '../../../lib/cloud/device-routes.ts';
import { ScepService } from '../../../lib/cloud/scep-service.ts';
import { declareConnector, newStack } from './synthesis.ts';

/** The resources of each stack: the app's first, then one per connector. */
function stacksOf(stack: Stack): readonly Template[] {
  const app = stack.node.root;
  if (!(app instanceof App)) throw new Error('the stack is in no app');
  app.synth();
  const nested = stack.node.findAll().filter((each) => each instanceof Stack && each !== stack);
  return [stack, ...(nested as Stack[])].map((each) => Template.fromStack(each));
}

const countIn = (template: Template, type?: string): number =>
  Object.values<{ readonly Type: string }>(template.toJSON().Resources).filter(
    ({ Type }) => type === undefined || Type === type,
  ).length;

const connectorIds = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${at}`.padStart(32, 'x'));

function declareConnectors(count: number): {
  readonly stack: Stack;
  readonly service: ScepService;
} {
  const stack = newStack();
  const service = new ScepService(stack, 'Service');
  for (const connectorId of connectorIds(count)) declareConnector(stack, { service, connectorId });
  return { stack, service };
}

describe.each([1, 8, 50])('%i connectors of a service', (count) => {
  let app: Template;
  let connectors: readonly Template[];

  beforeAll(() => {
    const [first, ...others] = stacksOf(declareConnectors(count).stack);
    if (first === undefined) throw new Error('no stack');
    app = first;
    connectors = others;
  });

  it('are a nested stack each, and add nothing else to the stack of the app', () => {
    expect(countIn(app, 'AWS::CloudFormation::Stack')).toBe(count);
    const policies = countIn(app, 'AWS::IAM::ManagedPolicy');
    expect(countIn(app) - count - policies).toBe(resourcesOfService);
    expect(policies).toBeLessThanOrEqual(maxManagedPolicies);
  });

  it('have the same number of resources each', () => {
    expect(new Set(connectors.map((each) => countIn(each)))).toEqual(
      new Set([resourcesOfConnector]),
    );
  });

  it('take no more routes and integrations than an HTTP API has', () => {
    const routes = connectors.map((each) => countIn(each, 'AWS::ApiGatewayV2::Route'));
    const integrations = connectors.map((each) => countIn(each, 'AWS::ApiGatewayV2::Integration'));
    expect(sum(routes)).toBe(count * countDeviceRoutes('a', false));
    expect(sum(routes)).toBeLessThanOrEqual(300);
    expect(sum(integrations)).toBeLessThanOrEqual(300);
  });

  it('stay within the sizes of policies, outputs and parameters', () => {
    for (const template of [app, ...connectors]) {
      const { Resources, Outputs = {}, Parameters = {} } = template.toJSON();
      expect(Object.keys(Outputs).length).toBeLessThanOrEqual(200);
      expect(Object.keys(Parameters).length).toBeLessThanOrEqual(200);
      for (const { Type, Properties } of Object.values<Resource>(Resources)) {
        const document = JSON.stringify(Properties?.PolicyDocument ?? '');
        if (Type === 'AWS::IAM::ManagedPolicy') expect(document.length).toBeLessThan(maxDocument);
      }
    }
  });
});

describe('a service', () => {
  it('refuses a connector for which its HTTP API has no route left', () => {
    const { stack, service } = declareConnectors(75);
    expect(() => declareConnector(stack, { service, connectorId: 'one-more' })).toThrow(
      expect.objectContaining({
        code: 'tooManyConnectors',
        message: expect.stringContaining('300'),
      }),
    );
  });
});

interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0);

const resourcesOfService = 52;
const resourcesOfConnector = 60;
/**
 * IAM attaches ten managed policies to a role by default, and two roles grow with the connectors.
 */
const maxManagedPolicies = 20;
/** A managed policy has 6,144 characters; in a template a reference is longer than its value. */
const maxDocument = 20_000;

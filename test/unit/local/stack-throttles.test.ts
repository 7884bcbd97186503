import { describe, expect, it } from 'vitest';
import type { LocalStack } from '../../../lib/local/stack.ts';
import { start } from './stack-kit.ts';

/** Builds the stage of the device API with more properties. */
const stage = (properties: object) => ({
  DeviceApiStage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: {
      ApiId: { Ref: 'DeviceApi' },
      StageName: '$default',
      AutoDeploy: true,
      ...properties,
    },
  },
});

/** A second route of the device API, to the same function. */
const certRoute = {
  CertRoute: {
    Type: 'AWS::ApiGatewayV2::Route',
    Properties: {
      ApiId: { Ref: 'DeviceApi' },
      AuthorizationType: 'NONE',
      RouteKey: 'POST /scep/default',
      Target: { 'Fn::Join': ['', ['integrations/', { Ref: 'DeviceApiIntegration' }]] },
    },
  },
};

const collectStatuses = async (stack: LocalStack, method: string, count: number) => {
  const responses = Array.from({ length: count }, () =>
    fetch(`${stack.deviceUrl}/scep/default`, { method }),
  );
  return (await Promise.all(responses)).map(({ status }) => status).sort();
};

const limits = { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 2 };

describe('the device API of a local stack', () => {
  it('throttles a route by its own settings, without an effect on other routes', async () => {
    const settings = stage({ RouteSettings: { 'POST /scep/default': limits } });
    const { stack } = await start({}, { ...certRoute, ...settings });
    expect(await collectStatuses(stack, 'POST', 4)).toEqual([200, 200, 429, 429]);
    expect(await collectStatuses(stack, 'GET', 4)).toEqual([200, 200, 200, 200]);
  });

  it('throttles the stage, without a Retry-After', async () => {
    const { stack } = await start({}, stage({ DefaultRouteSettings: limits }));
    expect(await collectStatuses(stack, 'GET', 3)).toEqual([200, 200, 429]);
    const { status, headers } = await fetch(stack.deviceUrl);
    expect([status, headers.get('retry-after')]).toEqual([429, null]);
  });

  it.each([
    ['settings of the missing route GET /nowhere', { RouteSettings: { 'GET /nowhere': limits } }],
    ['the route setting LoggingLevel', { DefaultRouteSettings: { LoggingLevel: 'INFO' } }],
  ])('is refused for %s', async (fault, properties) => {
    await expect(start({}, stage(properties))).rejects.toThrow(fault);
  });
});

import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { ScepService } from '../../../lib/cloud/scep-service.ts';
import { pathOf } from './policies.ts';
import { declareConnector, newStack, synthesizeStack } from './synthesis.ts';

let template: Template;

beforeAll(() => {
  const stack = newStack();
  declareConnector(stack, { connectorId: 'printers', ownsRootPath: true });
  template = synthesizeStack(stack);
});

/** Each route with its authorisation, of the API at a path. */
function routesOf(api: string): Record<string, string> {
  const [id] = Object.entries(template.findResources('AWS::ApiGatewayV2::Api'))
    .filter(([, resource]) => pathOf(resource) === api)
    .map(([logicalId]) => logicalId);
  return Object.fromEntries(
    Object.values(template.findResources('AWS::ApiGatewayV2::Route'))
      .filter(({ Properties }) => Properties.ApiId.Ref === id)
      .map(({ Properties }) => [Properties.RouteKey, Properties.AuthorizationType]),
  );
}

describe('the device API', () => {
  it('answers at the connector’s path, below it, and at the root path of its owner', () => {
    expect(routesOf('Service/DeviceApi')).toEqual({
      'ANY /scep/printers': 'NONE',
      'POST /scep/printers': 'NONE',
      'ANY /scep/printers/{proxy+}': 'NONE',
      'POST /scep/printers/{proxy+}': 'NONE',
      'ANY /cgi-bin/pkiclient.exe': 'NONE',
      'POST /cgi-bin/pkiclient.exe': 'NONE',
    });
  });

  it('leaves the root path alone if no connector owns it', () => {
    const stack = newStack();
    declareConnector(stack);
    synthesizeStack(stack).resourcePropertiesCountIs(
      'AWS::ApiGatewayV2::Route',
      { RouteKey: 'ANY /cgi-bin/pkiclient.exe' },
      0,
    );
  });

  it('has the URL of each connector in an output', () => {
    template.hasOutput('PrintersScepUrl', {
      Value: { 'Fn::Join': ['', [{ 'Fn::GetAtt': Match.anyValue() }, '/scep/printers']] },
    });
  });
});

/** The limits of the device routes, by route. */
function routeLimits(props: Parameters<typeof declareConnector>[1], throttle?: Limits) {
  const stack = newStack();
  const service = new ScepService(stack, 'Service', { throttle });
  declareConnector(stack, { service, ...props });
  const stages = Object.values(synthesizeStack(stack).findResources('AWS::ApiGatewayV2::Stage'));
  const device = stages.find((each) => pathOf(each).startsWith('Service/DeviceApi'));
  const settings: Record<string, Record<string, number>> = device?.Properties.RouteSettings;
  return Object.fromEntries(
    Object.entries(settings).map(([route, limits]) => [
      route,
      [limits.ThrottlingRateLimit, limits.ThrottlingBurstLimit],
    ]),
  );
}

type Limits = { readonly rateLimit: number; readonly burstLimit: number };

describe('the throttle of a connector', () => {
  it('counts POST apart from other methods, on each of its paths', () => {
    expect(routeLimits({ ownsRootPath: true })).toEqual({
      'ANY /scep/default': [500, 1000],
      'POST /scep/default': [500, 1000],
      'ANY /scep/default/{proxy+}': [500, 1000],
      'POST /scep/default/{proxy+}': [500, 1000],
      'ANY /cgi-bin/pkiclient.exe': [500, 1000],
      'POST /cgi-bin/pkiclient.exe': [500, 1000],
    });
  });

  it('is that of its service, unless the connector has one of its own', () => {
    const post = { rateLimit: 30, burstLimit: 60 };
    const limits = routeLimits({ throttle: { post } }, { rateLimit: 100, burstLimit: 200 });
    expect(limits).toMatchObject({
      'ANY /scep/default': [100, 200],
      'POST /scep/default': [30, 60],
      'POST /scep/default/{proxy+}': [30, 60],
    });
  });

  it('is set when its routes are there', () => {
    const stages = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    const device = stages.find((each) => pathOf(each).startsWith('Service/DeviceApi'));
    const routes = Object.entries(template.findResources('AWS::ApiGatewayV2::Route'));
    const own = routes.filter(([, { Properties }]) => Properties.AuthorizationType === 'NONE');
    expect(device?.DependsOn).toEqual(expect.arrayContaining(own.map(([id]) => id)));
  });
});

describe('a function behind an API', () => {
  it('is called by that API alone, by one permission', () => {
    const permissions = Object.values(template.findResources('AWS::Lambda::Permission')).filter(
      ({ Properties }) => Properties.Principal === 'apigateway.amazonaws.com',
    );
    const functions = permissions.map(({ Properties }) => JSON.stringify(Properties.FunctionName));
    expect(functions.toSorted()).toEqual([
      expect.stringContaining('PrintersConnectorScep'),
      expect.stringContaining('AdminApiAdmin'),
    ]);
    for (const { Properties } of permissions)
      expect(JSON.stringify(Properties.SourceArn)).toMatch(/"Ref":"Service\w+Api\w+"\},"\/\*\/\*/);
  });
});

describe('the admin API', () => {
  it('refuses callers without a signature of IAM', () => {
    const routes = routesOf('Service/AdminApi/Api');
    expect(new Set(Object.values(routes))).toEqual(new Set(['AWS_IAM']));
  });

  it('has a route for each operation, greedy where an ARN is in the path', () => {
    expect(Object.keys(routesOf('Service/AdminApi/Api')).sort()).toEqual([
      'DELETE /challenges/{proxy+}',
      'DELETE /connectors/{proxy+}',
      'DELETE /tags/{proxy+}',
      'GET /challengeMetadata',
      'GET /challengeMetadata/{proxy+}',
      'GET /challengePasswords/{proxy+}',
      'GET /connectors',
      'GET /connectors/{proxy+}',
      'GET /enrolments',
      'GET /tags/{proxy+}',
      'POST /challenges',
      'POST /connectors',
      'POST /tags/{proxy+}',
    ]);
  });

  it('has its URL in an output', () => {
    template.hasOutput('AdminUrl', { Value: { 'Fn::GetAtt': Match.anyValue() } });
  });
});

describe('every API', () => {
  it('is served from its root, and throttled', () => {
    template.resourceCountIs('AWS::ApiGatewayV2::Stage', 2);
    template.allResourcesProperties('AWS::ApiGatewayV2::Stage', {
      StageName: '$default',
      AutoDeploy: true,
      DefaultRouteSettings: {
        ThrottlingRateLimit: Match.anyValue(),
        ThrottlingBurstLimit: Match.anyValue(),
      },
    });
  });

  it('logs neither path nor query, where clients put their whole message', () => {
    const stages = Object.values(template.findResources('AWS::ApiGatewayV2::Stage'));
    for (const { Properties } of stages) {
      const logged = Object.values(JSON.parse(Properties.AccessLogSettings.Format)).sort();
      expect(logged).toEqual([
        '$context.httpMethod',
        '$context.identity.sourceIp',
        '$context.identity.userAgent',
        '$context.identity.userArn',
        '$context.integrationErrorMessage',
        '$context.requestId',
        '$context.requestTime',
        '$context.responseLatency',
        '$context.responseLength',
        '$context.routeKey',
        '$context.status',
      ]);
    }
  });

  it('calls its function with payload 2.0', () => {
    template.allResourcesProperties('AWS::ApiGatewayV2::Integration', {
      IntegrationType: 'AWS_PROXY',
      PayloadFormatVersion: '2.0',
    });
  });
});

import { Match, Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { pathOf } from './policies.ts';
import { declareConnector, newStack } from './synthesis.ts';

let template: Template;

beforeAll(() => {
  const stack = newStack();
  declareConnector(stack, { connectorId: 'printers', ownsRootPath: true });
  template = Template.fromStack(stack);
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
      'ANY /scep/printers/{proxy+}': 'NONE',
      'ANY /cgi-bin/pkiclient.exe': 'NONE',
    });
  });

  it('leaves the root path alone when nobody owns it', () => {
    const stack = newStack();
    declareConnector(stack);
    Template.fromStack(stack).resourcePropertiesCountIs(
      'AWS::ApiGatewayV2::Route',
      { RouteKey: 'ANY /cgi-bin/pkiclient.exe' },
      0,
    );
  });

  it('tells the URL of each connector in an output', () => {
    template.hasOutput('PrintersScepUrl', {
      Value: { 'Fn::Join': ['', [{ 'Fn::GetAtt': Match.anyValue() }, '/scep/printers']] },
    });
  });
});

describe('the admin API', () => {
  it('lets in nobody without a signature of IAM', () => {
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

  it('tells its URL in an output', () => {
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

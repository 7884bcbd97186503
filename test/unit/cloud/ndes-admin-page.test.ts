import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import type { ChallengeConstraints } from '../../../lambda/admin/administration.ts';
import { environment } from '../../../lambda/config/environment.ts';
import { ScepService } from '../../../lib/cloud/scep-service.ts';
import { functionStatements, pathOf } from './policies.ts';
import { declareConnector, newStack, synthesizeApp, synthesizeStack } from './synthesis.ts';

const page = 'connector-default/NdesAdmin/MscepAdmin';
let template: Template;

beforeAll(() => {
  const stack = newStack();
  const service = new ScepService(stack, 'Service', { certificatesPerSecond: 10 });
  declareConnector(stack, {
    service,
    ndesAdminPage: { username: 'jamf', constraints: { subject: { CN: ['*.example.com'] } } },
  });
  template = synthesizeStack(stack);
});

describe('the mscep_admin page', () => {
  it('is not there unless it is declared', () => {
    const stack = newStack();
    declareConnector(stack);
    const routes = synthesizeStack(stack).findResources('AWS::ApiGatewayV2::Route');
    expect(JSON.stringify(routes)).not.toContain('mscep_admin');
  });

  it('is asked by GET alone, no faster than certificates are made, when its routes are there', () => {
    const routes = Object.entries(template.findResources('AWS::ApiGatewayV2::Route'));
    const own = routes.filter(([, { Properties }]) => Properties.RouteKey.includes('mscep_admin'));
    const keys = ['GET /scep/default/mscep_admin', 'GET /scep/default/mscep_admin/{proxy+}'];
    expect(own.map(([, { Properties }]) => Properties.RouteKey).sort()).toEqual(keys);
    const limits = { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 };
    const stages = template.findResources('AWS::ApiGatewayV2::Stage', {
      Properties: { RouteSettings: Object.fromEntries(keys.map((key) => [key, limits])) },
    });
    const [stage] = Object.values(stages);
    expect(stage?.DependsOn).toEqual(expect.arrayContaining(own.map(([id]) => id)));
  });

  it('has a credential of its own that Secrets Manager generates and does not rotate', () => {
    template.hasResourceProperties('AWS::SecretsManager::Secret', {
      GenerateSecretString: {
        SecretStringTemplate: '{"username":"jamf"}',
        GenerateStringKey: 'password',
        PasswordLength: 40,
        ExcludePunctuation: true,
      },
    });
    template.resourceCountIs('AWS::SecretsManager::RotationSchedule', 1);
  });

  it('tells its URL and where its credential is, and not the credential', () => {
    template.hasOutput('DefaultNdesAdminUrl', {
      Value: { 'Fn::Join': ['', [Match.anyValue(), '/scep/default/mscep_admin']] },
    });
    template.hasOutput('DefaultNdesAdminSecretArn', { Value: { Ref: Match.anyValue() } });
  });

  it('tells when it is asked many times with a wrong password, and not of the calls without one that clients begin with', () => {
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: '{ $.code = "CredentialWrong" }',
      MetricTransformations: [{ MetricName: 'NdesAdminRefused-default', MetricValue: '1' }],
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'NdesAdminRefused-default',
      Statistic: 'Sum',
      Period: 300,
      Threshold: 20,
    });
  });

  it('passes cdk-nag in the app that the runner extends by one', () => {
    const app = synthesizeApp([
      'lib/local/app.ts',
      'bin/scep-connector.ts',
      '{"ndes":true}',
    ]).template;
    app.hasOutput('NdesNdesAdminUrl', {});
  });
});

describe('its function', () => {
  it('reads the page’s credential and the admin keys, of all secrets (the rest: permissions.test.ts)', () => {
    const statements = functionStatements(template)[page] ?? [];
    const read = statements.filter(({ Action }) => Action[0] === 'secretsmanager:GetSecretValue');
    const names = read.flatMap(({ Resource }) =>
      Resource.map((one) => (one as { Ref: string }).Ref),
    );
    expect(names.toSorted()).toEqual([
      'DefaultConnectorAdminSecret',
      'DefaultConnectorLookupSecret',
      'DefaultConnectorNdesSecret',
    ]);
  });

  it('gets the environment that it needs, without the RA’s secret', () => {
    const functions = Object.values(template.findResources('AWS::Lambda::Function'));
    const own = functions.find((each) => pathOf(each) === `${page}/Function`);
    const { Variables } = own?.Properties.Environment ?? {};
    expect(Object.keys(Variables).sort()).toEqual(
      [
        environment.connectorId,
        environment.certificateAuthority,
        environment.ndesCredentialSecret,
        environment.ndesPageEncoding,
        environment.ndesConstraints,
        // Administration of this connector alone (lib/cloud/administration.ts).
        environment.administeredConnector,
        environment.challengesTable,
        environment.enrolmentsTable,
        environment.refusalsTable,
        environment.eventBus,
        environment.arnPrefix,
      ].sort(),
    );
    expect(Variables[environment.ndesPageEncoding]).toBe('utf-16');
    expect(Variables[environment.ndesConstraints]).toBe('{"subject":{"CN":["*.example.com"]}}');
  });
});

it('limits of its challenges that no request can meet are refused', () => {
  const constraints = { subject: { C: ['DEU'] } };
  expect(() => declareConnector(newStack(), { ndesAdminPage: { constraints } })).toThrow(
    expect.objectContaining({
      code: 'badNdesConstraints',
      message: expect.stringContaining('ndesAdminPage.constraints.subject: C: "DEU"'),
    }),
  );
});

it.each(['', 'a:b', 'a b', 'a\r\nb', 'ä', 'x'.repeat(65)])(
  'a username “%s” is refused before anything is made',
  (username) => {
    expect(() => declareConnector(newStack(), { ndesAdminPage: { username } })).toThrow(
      expect.objectContaining({ code: 'badNdesUsername' }),
    );
  },
);

it.each<[string, ChallengeConstraints]>([
  ['an unknown attribute', { subject: { colour: ['red'] } }],
  ['an unknown kind of name', { alternativeNames: { fax: ['1'] } }],
  ['no pattern', { subject: { CN: [] } }],
  ['2 KB of patterns', { subject: { CN: Array(9).fill('x'.repeat(250)) } }],
])('constraints of %s are refused before anything is made', (_, constraints) => {
  expect(() => declareConnector(newStack(), { ndesAdminPage: { constraints } })).toThrow(
    expect.objectContaining({ code: 'badNdesConstraints' }),
  );
});

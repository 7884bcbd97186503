/** The dispatcher and the finder: one of each for a service. */
import type { Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { environment } from '../../../lambda/config/environment.ts';
import { ScepService } from '../../../lib/cloud/scep-service.ts';
import { functionStatements, pathOf } from './policies.ts';
import { declareConnector, newStack, synthesizeStack } from './synthesis.ts';

let template: Template;
let service: ScepService;

beforeAll(() => {
  const stack = newStack();
  service = new ScepService(stack, 'Service', { certificatesPerSecond: 10 });
  for (const connectorId of ['staff', 'printers'])
    declareConnector(stack, { service, connectorId });
  template = synthesizeStack(stack);
});

const functionAt = (path: string) =>
  Object.entries(template.findResources('AWS::Lambda::Function')).find(
    ([, each]) => pathOf(each) === `${path}/Function`,
  );

describe.each([
  ['Service/Dispatcher/Dispatch', 'rate(1 minute)'],
  // A run takes four minutes at most, so two never share CloudTrail's two calls a second.
  ['Service/Finder/FindLost', 'rate(5 minutes)'],
])('%s', (path, rate) => {
  it('runs at its rate, and a run that is missed is not made up for', () => {
    const arn = { 'Fn::GetAtt': [functionAt(path)?.[0], 'Arn'] };
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: rate,
      Targets: [
        {
          Arn: arn,
          Id: 'Target0',
          RetryPolicy: { MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 0 },
        },
      ],
    });
    template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
      FunctionName: { Ref: functionAt(path)?.[0] },
      MaximumEventAgeInSeconds: 60,
      MaximumRetryAttempts: 0,
    });
  });
});

describe('the dispatcher', () => {
  it('may start the state machine of every connector', () => {
    const statements = functionStatements(template)['Service/Dispatcher/Dispatch'] ?? [];
    const started = statements.filter(({ Action }) => Action.includes('states:StartExecution'));
    const machines = Object.keys(template.findResources('AWS::StepFunctions::StateMachine'));
    expect(machines).toHaveLength(2);
    for (const machine of machines) expect(JSON.stringify(started)).toContain(machine);
  });
});

describe('the rate of IssueCertificate', () => {
  const rates = (of: Template) =>
    Object.values(of.findResources('AWS::Lambda::Function')).flatMap((each) => {
      const rate = each.Properties.Environment.Variables[environment.certificatesPerSecond];
      return rate === undefined ? [] : [[pathOf(each).split('/').at(-2), rate]];
    });

  it('is one of the service, known to everything that takes turns or fills the queue', () => {
    expect(rates(template).toSorted()).toEqual([
      ['Certify', '10'],
      ['Certify', '10'],
      ['Dispatch', '10'],
      ['RotateRa', '10'],
      ['RotateRa', '10'],
    ]);
  });

  it('is 25 by default, the quota of an account in a Region', () => {
    const stack = newStack();
    declareConnector(stack);
    expect(new Set(rates(synthesizeStack(stack)).map(([, rate]) => rate))).toEqual(new Set(['25']));
  });

  it.each([0, -1, 1001])('is refused if it is %s', (certificatesPerSecond) => {
    expect(() => new ScepService(newStack(), 'Service', { certificatesPerSecond })).toThrow(
      expect.objectContaining({ code: 'badRate' }),
    );
  });
});

describe('the alarms of a service', () => {
  it('ring after a quarter of an hour of failed runs', () => {
    expect(service.alarms).toHaveLength(2);
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    const own = alarms.filter((each) => pathOf(each).startsWith('Service/'));
    expect(own.map((each) => [pathOf(each), each.Properties.EvaluationPeriods])).toEqual([
      ['Service/Dispatcher/Failed', 3],
      ['Service/Finder/Failed', 3],
    ]);
    for (const { Properties } of own)
      expect(Properties).toMatchObject({ Threshold: 1, TreatMissingData: 'notBreaching' });
    expect(own[1]?.Properties).toMatchObject({ MetricName: 'Errors', Period: 300 });
  });

  it('ring for starts that fail as well, which fail no run', () => {
    template.hasResourceProperties('AWS::Logs::MetricFilter', {
      FilterPattern: '{ $.failed > 0 }',
      MetricTransformations: [{ MetricName: 'FailedStarts', MetricValue: '$.failed' }],
    });
    const alarms = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    const own = alarms.find((each) => pathOf(each) === 'Service/Dispatcher/Failed');
    const metrics = JSON.stringify(own?.Properties.Metrics);
    expect(metrics).toContain('FILL(errors, 0) + FILL(failedStarts, 0)');
    expect(metrics).toContain('"MetricName":"FailedStarts"');
    expect(metrics).toContain('"MetricName":"Errors"');
  });
});

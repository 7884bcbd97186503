import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Deployment } from '../../../lib/local/deploy/deployment.ts';
import { deployRules } from '../../../lib/local/deploy/rules.ts';
import { runOperation } from '../../../lib/local/emulators/aws-service.ts';
import { createEventBridge } from '../../../lib/local/emulators/eventbridge.ts';
import { openResources } from '../../../lib/local/template/resources.ts';
import type { TemplateResource } from '../../../lib/local/template/template.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const functionArn = 'arn:aws:lambda:us-east-1:000000000000:function:Stack-Sweep';
const target = { Arn: { 'Fn::GetAtt': ['Sweep', 'Arn'] }, Id: 'Target0' };
const hourly = { ScheduleExpression: 'rate(1 hour)', State: 'ENABLED', Targets: [target] };
const functionName = { Ref: 'Sweep' };

/**
 * Deploys a function `Sweep` and one more resource. Returns the sent events and the settings of
 * functions.
 */
const deploy = (Type: string, Properties: Readonly<Record<string, unknown>>) => {
  const Resources: Record<string, TemplateResource> = {
    Sweep: { Type: 'AWS::Lambda::Function' },
    More: { Type, Properties },
  };
  const sent: unknown[][] = [];
  const settings: unknown[][] = [];
  const invocations = {
    send: async (...event: unknown[]) => {
      sent.push(event);
      return { ok: true, payload: 'null' } as const;
    },
    configure: (...setting: unknown[]) => void settings.push(setting),
    stop: () => {},
  };
  const path = join(temporaryDirectory(), 'events.jsonl');
  const eventBridge = createEventBridge({ path, invocations });
  onTestFinished(eventBridge.schedules.stop);
  deployRules({
    resources: openResources('Stack', { Resources }),
    functions: new Map([[functionArn, {}]]),
    invocations,
    eventBridge,
  } as unknown as Deployment);
  const put = (DetailType: string) =>
    runOperation(eventBridge, 'PutEvents', {
      Entries: [{ Source: 'scep', DetailType, Detail: '{}' }],
    });
  return { fire: eventBridge.schedules.fire, put, sent, settings };
};

describe('a rule', () => {
  it('invokes its function with the input of the target', async () => {
    const RetryPolicy = { MaximumRetryAttempts: 1 };
    const { fire, sent } = deploy('AWS::Events::Rule', {
      ...hourly,
      Targets: [{ ...target, Input: '{"a":1}', RetryPolicy }],
    });
    await fire('More');
    expect(sent).toEqual([[functionArn, { a: 1 }]]);
  });

  it('invokes its function with the events that match its pattern', async () => {
    const { put, sent } = deploy('AWS::Events::Rule', {
      EventPattern: { source: ['scep'], 'detail-type': ['Issued'] },
      Targets: [target],
    });
    await put('Refused');
    await put('Issued');
    expect(sent).toEqual([[functionArn, expect.objectContaining({ 'detail-type': 'Issued' })]]);
  });

  it('with a pattern invokes nothing while it is disabled', async () => {
    const { put, sent } = deploy('AWS::Events::Rule', {
      EventPattern: { source: ['scep'] },
      State: 'DISABLED',
      Targets: [target],
    });
    await put('Issued');
    expect(sent).toEqual([]);
  });

  it.each([
    ['the schedule cron(0 8 * * ? *)', { ScheduleExpression: 'cron(0 8 * * ? *)' }],
    ['exists in the pattern.detail', { EventPattern: { detail: [{ exists: true }] } }],
    ['the property EventBusName', { EventBusName: 'other' }],
    ["a target's InputTransformer", { Targets: [{ ...target, InputTransformer: {} }] }],
    ["a target's DeadLetterConfig", { Targets: [{ ...target, DeadLetterConfig: {} }] }],
    [
      'a target that is not a function of the template',
      { Targets: [{ Arn: 'arn:of:a:queue', Id: 'Target0' }] },
    ],
  ])('is refused for %s', (fault, changes) => {
    expect(() => deploy('AWS::Events::Rule', { ...hourly, ...changes })).toThrow(
      `More (AWS::Events::Rule): ${fault}`,
    );
  });
});

describe('the asynchronous invocation of a function', () => {
  const type = 'AWS::Lambda::EventInvokeConfig';

  it('has the settings of the template', () => {
    const { settings } = deploy(type, {
      FunctionName: functionName,
      Qualifier: '$LATEST',
      MaximumRetryAttempts: 0,
    });
    expect(settings).toEqual([[functionArn, { retries: 0 }]]);
  });

  it.each([
    ['a destination', { DestinationConfig: {} }, 'the property DestinationConfig'],
    ['a version', { Qualifier: '7' }, 'a version or alias, or a function outside the template'],
  ])('is refused for %s', (_what, changes, fault) => {
    const properties = { FunctionName: functionName, Qualifier: '$LATEST', ...changes };
    expect(() => deploy(type, properties)).toThrow(`More (${type}): ${fault}`);
  });
});

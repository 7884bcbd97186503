import { Match, type Template } from 'aws-cdk-lib/assertions';
import { beforeAll, describe, expect, it } from 'vitest';
import { handlerLimits } from '../../../lib/cloud/handler-limits.ts';
import { pathOf } from './policies.ts';
import { declareConnector, newStack, synthesizeStack } from './synthesis.ts';

interface Retry {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts: number;
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxDelaySeconds: number;
  readonly JitterStrategy?: string;
}

interface State {
  readonly Type: string;
  readonly Next?: string;
  readonly Default?: string;
  readonly SecondsPath?: string;
  readonly Choices?: readonly unknown[];
  readonly Retry?: readonly Retry[];
}

let template: Template;
let definition: { readonly TimeoutSeconds: number; readonly States: Record<string, State> };

beforeAll(() => {
  const stack = newStack();
  declareConnector(stack);
  template = synthesizeStack(stack);
  const [machine] = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
  const parts: unknown[] = machine?.Properties.DefinitionString['Fn::Join'][1];
  definition = JSON.parse(parts.map((part) => (typeof part === 'string' ? part : 'arn')).join(''));
});

/** The pauses of a rule at their longest, in seconds. */
const computeMaxPauses = ({ IntervalSeconds, BackoffRate, MaxDelaySeconds, MaxAttempts }: Retry) =>
  Array.from({ length: MaxAttempts }, (_, at) =>
    Math.min(IntervalSeconds * BackoffRate ** at, MaxDelaySeconds),
  ).reduce((sum, pause) => sum + pause, 0);

describe('the state machine', () => {
  it('is an Express workflow of five minutes, which logs errors without what it carries', () => {
    template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineType: 'EXPRESS',
      LoggingConfiguration: Match.objectLike({ Level: 'ERROR', IncludeExecutionData: false }),
      TracingConfiguration: Match.absent(),
    });
    expect(definition.TimeoutSeconds).toBe(300);
  });

  it('certifies and waits until the attempt is done', () => {
    const states = Object.entries(definition.States).map(([name, { Type, Next, Default }]) => [
      name,
      [Type, Next ?? Default],
    ]);
    expect(Object.fromEntries(states)).toEqual({
      Certify: ['Task', 'IsDone'],
      IsDone: ['Choice', 'Wait'],
      Wait: ['Wait', 'Certify'],
      Done: ['Succeed', undefined],
    });
    expect(definition.States.IsDone?.Choices).toEqual([
      { Variable: '$.isDone', BooleanEquals: true, Next: 'Done' },
    ]);
    expect(definition.States.Wait?.SecondsPath).toBe('$.waitSeconds');
  });

  it('does not repeat a round whose row or settings are not what was written', () => {
    const [permanent] = definition.States.Certify?.Retry ?? [];
    expect(permanent?.MaxAttempts).toBe(0);
    for (const code of ['AttemptUnknown', 'NotSealed', 'EnrolmentRowUnreadable'])
      expect(permanent?.ErrorEquals).toContain(code);
  });

  it('repeats a round after an outage and without concurrency, at full jitter', () => {
    const [, ...repeated] = definition.States.Certify?.Retry ?? [];
    expect(
      repeated.map(({ ErrorEquals, JitterStrategy }) => [ErrorEquals, JitterStrategy]),
    ).toEqual([
      [['Lambda.TooManyRequestsException'], 'FULL'],
      [['States.ALL'], 'FULL'],
    ]);
  });

  it('ends all repeats of a first round within its five minutes, if each takes the whole of its time', () => {
    const [, noConcurrency, outage] = definition.States.Certify?.Retry ?? [];
    if (noConcurrency === undefined || outage === undefined) throw new Error('two rules expected');
    const rounds = (1 + outage.MaxAttempts) * handlerLimits.certify.timeoutSeconds;
    const seconds = rounds + computeMaxPauses(noConcurrency) + computeMaxPauses(outage);
    expect(seconds).toBeLessThan(definition.TimeoutSeconds);
  });
});

describe('the Certify function', () => {
  const concurrency = (reservedConcurrency?: number) => {
    const stack = newStack();
    declareConnector(stack, { reservedConcurrency });
    const functions = Object.values(synthesizeStack(stack).findResources('AWS::Lambda::Function'));
    return functions
      .filter(({ Properties }) => Properties.ReservedConcurrentExecutions !== undefined)
      .map((each) => [pathOf(each), each.Properties.ReservedConcurrentExecutions]);
  };

  it('reserves concurrency if that is declared, and no other function does', () => {
    expect(concurrency(50)).toEqual([['connector-default/Issuance/Certify/Function', 50]]);
  });

  it('shares the pool of the account by default, as every function does', () => {
    expect(concurrency()).toEqual([]);
  });

  it.each([0, -1, 1.5])('refuses a reservation of %s', (reservedConcurrency) => {
    expect(() => concurrency(reservedConcurrency)).toThrow(
      expect.objectContaining({ code: 'badReservedConcurrency' }),
    );
  });
});
